# Reference values for gepnet_core.statistics.groups.grouped_values. Run: Rscript box.R > box.csv
# Quartiles: quantile type 7. Whiskers: the outermost values within 1.5 times the distance of those quartiles,
# and not inside the box, as ggplot2::stat_boxplot has it. boxplot.stats takes Tukey's hinges for quartiles;
# its five numbers stand in the last column, and agree where n is 1 more than a multiple of 4.
sets <- list(
  one = 7, two = c(1, 4), equal = rep(3, 5), four = c(1, 2, 3, 10), outlier = c(1, 2, 3, 4, 100),
  on_the_fence = c(0, 1, 2, 3, 6), negative = c(-50, -3, -2.5, 0, 1, 60), faithful = faithful$eruptions[1:20],
  rivers = rivers, precip = as.numeric(precip), hinges_agree = c(1, 4, 6, 8, 9, 12, 13, 20, 41))
cat(sprintf("# %s\nname,values,q0.25,q0.5,q0.75,low,high,hinges\n", R.version.string))
for (name in names(sets)) {
  x <- sets[[name]]; q <- quantile(x, c(0.25, 0.5, 0.75), type = 7)
  near <- x[x >= q[1] - 1.5 * (q[3] - q[1]) & x <= q[3] + 1.5 * (q[3] - q[1])]
  lists <- sapply(list(x, boxplot.stats(x)$stats), function(v) paste(sprintf("%.15g", v), collapse = " "))
  cat(sprintf("%s,%s,%.15g,%.15g,%.15g,%.15g,%.15g,%s\n", name, lists[1], q[1], q[2], q[3], min(near, q),
              max(near, q), lists[2]))
}

# Reference values for gepnet_core.statistics.groups.contingency. Run: Rscript contingency.R > contingency.csv
tables <- list(
  distribution = rbind(c(5, 6), c(18, 17)), shape = rbind(c(23, 21), c(0, 2)),
  hyper = rbind(c(17, 9), c(6, 14)), pattern = rbind(c(6, 21), c(15, 2), c(2, 0)),
  nodes = rbind(c(7, 14), c(16, 9)), tie = rbind(c(3, 1), c(1, 3)), lopsided = rbind(c(1, 9), c(40, 10)),
  three_by_three = rbind(c(3, 1, 4), c(1, 5, 9), c(2, 6, 5)), four_by_two = rbind(c(4, 4), c(2, 2), c(9, 8), c(8, 9)),
  big = rbind(c(120, 80), c(95, 130)), ten = rbind(c(50, 25, 12, 10, 8, 6, 5, 4, 2, 2), c(38, 21, 19, 6, 12, 3, 7, 1, 5, 0)),
  hundreds = rbind(c(30, 40, 30), c(20, 50, 30), c(33, 33, 34)), thousands = rbind(c(1600, 850, 40, 10), c(1520, 930, 48, 2)),
  # Job satisfaction of ?fisher.test; Mehta CR, Patel NR. J Am Stat Assoc 1983;78:427-434.
  job = matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4),
  mehta_patel = rbind(c(1, 2, 2, 1, 1, 0, 1), c(2, 0, 0, 2, 3, 0, 0), c(0, 1, 1, 1, 2, 7, 3), c(1, 1, 2, 0, 0, 0, 1),
                      c(0, 1, 1, 1, 1, 0, 0)))
cat(sprintf("# %s\nname,rows,chi2,df,p,yates,yates_p,fisher\n", R.version.string))
for (name in names(tables)) {
  m <- tables[[name]]
  plain <- suppressWarnings(chisq.test(m, correct = FALSE))
  four <- all(dim(m) == 2)
  yates <- if (four) suppressWarnings(chisq.test(m, correct = TRUE)) else list(statistic = NA, p.value = NA)
  cat(sprintf("%s,%s,%.12g,%d,%.12g,%.12g,%.12g,%.12g\n", name,
              paste(apply(m, 1, paste, collapse = " "), collapse = "|"), plain$statistic, plain$parameter,
              plain$p.value, yates$statistic, yates$p.value, fisher.test(m, workspace = 2e8)$p.value))
}

# Reference values for gepnet_core.statistics.groups.summary_t and of intervals. Run: Rscript summary_t.R > summary_t.csv
pairs <- list(sleep = split(sleep$extra, sleep$group), mtcars = split(mtcars$mpg, mtcars$am),
              iris = list(iris$Petal.Width[1:50], iris$Sepal.Length[51:70]))
cat(sprintf("# %s\nname,mean1,sd1,n1,mean2,sd2,n2,t,df,p,welch_t,welch_df,welch_p\n", R.version.string))
for (name in names(pairs)) {
  x <- pairs[[name]][[1]]; y <- pairs[[name]][[2]]
  s <- t.test(x, y, var.equal = TRUE); w <- t.test(x, y)
  cat(sprintf("%s,%.15g,%.15g,%d,%.15g,%.15g,%d,%.12g,%.12g,%.12g,%.12g,%.12g,%.12g\n", name, mean(x), sd(x),
              length(x), mean(y), sd(y), length(y), s$statistic, s$parameter, s$p.value,
              w$statistic, w$parameter, w$p.value))
}

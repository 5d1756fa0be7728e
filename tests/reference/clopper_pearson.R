# Reference values for gepnet_core.statistics.intervals. Run: Rscript clopper_pearson.R > clopper_pearson.csv
cat(sprintf("# %s\nx,n,low,high\n", R.version.string))
for (k in list(c(19, 23), c(21, 23), c(18, 23), c(17, 23), c(0, 23), c(23, 23), c(1, 1), c(7, 900))) {
  ci <- binom.test(k[1], k[2])$conf.int
  cat(sprintf("%d,%d,%.12g,%.12g\n", k[1], k[2], ci[1], ci[2]))
}

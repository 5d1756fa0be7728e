# Reference values for gepnet_core.statistics.contingency. Run: Rscript contingency.R > contingency.csv
tables <- list(
  distribution = rbind(c(5, 6), c(18, 17)), shape = rbind(c(23, 21), c(0, 2)),
  hyper = rbind(c(17, 9), c(6, 14)), pattern = rbind(c(6, 21), c(15, 2), c(2, 0)),
  nodes = rbind(c(7, 14), c(16, 9)), tie = rbind(c(3, 1), c(1, 3)), lopsided = rbind(c(1, 9), c(40, 10)),
  three_by_three = rbind(c(3, 1, 4), c(1, 5, 9), c(2, 6, 5)), four_by_two = rbind(c(4, 4), c(2, 2), c(9, 8), c(8, 9)),
  big = rbind(c(120, 80), c(95, 130)))
cat(sprintf("# %s\nname,rows,chi2,df,p,yates,yates_p,fisher\n", R.version.string))
for (name in names(tables)) {
  m <- tables[[name]]
  plain <- suppressWarnings(chisq.test(m, correct = FALSE))
  four <- all(dim(m) == 2)
  yates <- if (four) suppressWarnings(chisq.test(m, correct = TRUE)) else list(statistic = NA, p.value = NA)
  cat(sprintf("%s,%s,%.12g,%d,%.12g,%.12g,%.12g,%.12g\n", name,
              paste(apply(m, 1, paste, collapse = " "), collapse = "|"), plain$statistic, plain$parameter,
              plain$p.value, yates$statistic, yates$p.value, fisher.test(m, workspace = 2e7)$p.value))
}

# Reference values for gepnet_core.statistics.groups.group_tests. Run: Rscript group_tests.R > group_tests.csv
# The exact P with ties is counted here over combn(), since wilcox.test has none; without ties both must agree.
d <- split(mtcars$mpg, mtcars$am); s <- split(sleep$extra, sleep$group); g <- split(PlantGrowth$weight, PlantGrowth$group)
pairs <- list(sleep = s, plants = g[c("ctrl", "trt1")], plants2 = g[c("trt1", "trt2")],
              cylinders = list(c(4, 4, 6, 8, 6, 4), c(8, 8, 6, 8, 8, 4, 8)), three = list(c(1, 1, 2), c(1, 5)),
              cars = lapply(d, function(x) x[1:9]), alone = list(c(3), c(1, 2, 2, 5)))
counted <- function(x, y) {
  r <- rank(c(x, y)); n <- length(x); middle <- n * mean(r)
  sums <- combn(length(r), n, function(i) sum(r[i]))
  mean(abs(sums - middle) >= abs(sum(r[seq_len(n)]) - middle) - 1e-9)
}
cat(sprintf("# %s\nname,first,second,t,df,p,welch_t,welch_df,welch_p,u,z,z_p,exact_p\n", R.version.string))
for (name in names(pairs)) {
  x <- pairs[[name]][[1]]; y <- pairs[[name]][[2]]
  if (length(x) > 1) { a <- t.test(x, y, var.equal = TRUE); b <- t.test(x, y) }
  else a <- b <- list(statistic = NA, parameter = NA, p.value = NA)
  w <- wilcox.test(x, y, exact = FALSE, correct = FALSE)
  z <- qnorm(w$p.value / 2, lower.tail = FALSE) * sign(w$statistic - length(x) * length(y) / 2)
  exact <- counted(x, y)
  if (!anyDuplicated(c(x, y))) stopifnot(abs(exact - wilcox.test(x, y, exact = TRUE)$p.value) < 1e-12)
  cat(sprintf("%s,%s,%s,%s\n", name, paste(x, collapse = " "), paste(y, collapse = " "),
              paste(sprintf("%.12g", c(a$statistic, a$parameter, a$p.value, b$statistic, b$parameter, b$p.value,
                                       w$statistic, z, w$p.value, exact)), collapse = ",")))
}

# Reference values for gepnet_core.statistics.readers.bland_altman, from base R. Run: Rscript bland_altman.R > bland_altman.csv
# Mean: t.test. Interval of a limit: uniroot on pt with noncentrality (not qt, which stops early in its search).
# Slope: lm. The first set are the first readings of both meters in Bland and Altman, Lancet 1986;327:307-310.
sets <- list(
  pefr = list(c(494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427),
              c(512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451)),
  iris = list(iris$Sepal.Length[1:50], iris$Sepal.Width[1:50]), sleep = split(sleep$extra, sleep$group),
  three = list(c(1, 2, 4), c(1.5, 2.5, 3)), two = list(c(1.25, 1.5), c(1, 2)),
  anscombe = list(anscombe$y1, anscombe$x1), rows300 = list((1:300 * 7919) %% 61, (1:300 * 104729) %% 53 + 3))
say <- function(x) paste(sprintf("%.15g", x), collapse = ",")
cat(sprintf("# %s\n", R.version.string))
cat("name,level,first,second,mean,mean_low,mean_high,sd,lower,lower_low,lower_high,upper,upper_low,upper_high,",
    "within,slope,slope_low,slope_high,slope_p\n", sep = "")
for (name in names(sets)) for (level in c(0.95, 0.9)) {
  a <- sets[[name]][[1]]; b <- sets[[name]][[2]]; d <- a - b; n <- length(d); s <- sd(d)
  z <- qnorm(0.5 + level / 2) # the share of the limits and the level of all intervals are the same here
  mean <- t.test(d, conf.level = level)
  factor <- sapply(c((1 - level) / 2, (1 + level) / 2), function(p) {
    suppressWarnings(uniroot(function(t) pt(t, n - 1, z * sqrt(n)) - p, c(-5, 1000), tol = 1e-13))$root
  }) / sqrt(n)
  slope <- if (n > 2) {
    fit <- lm(d ~ I((a + b) / 2)); c(coef(fit)[2], confint(fit, level = level)[2, ], summary(fit)$coefficients[2, 4])
  } else rep(NA, 4)
  shown <- if (n > 100) c("", "") else c(paste(a, collapse = " "), paste(b, collapse = " "))
  cat(name, level, shown[1], shown[2], say(c(mean$estimate, mean$conf.int, s, mean$estimate - z * s,
      mean$estimate - rev(factor) * s, mean$estimate + z * s, mean$estimate + factor * s, s / sqrt(2), slope)), sep = ",")
  cat("\n")
}

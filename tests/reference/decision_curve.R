# Reference values for gepnet_core.statistics.models.decision_curve, by drawing rows. Run: Rscript decision_curve.R > decision_curve.csv
# Each class is resampled for itself; percentiles (type 7) of the net benefit at each threshold for itself.
sets <- list(
  probabilities = list(c(.05, .1, .15, .2, .3, .35, .4, .4, .45, .5, .6, .7, .8, .9, .95),
                       c(.01, .02, .05, .05, .1, .1, .12, .2, .2, .25, .3, .35, .5, .6, .85)),
  test = list(c(0, 1, 0, rep(1, 12)), c(0, 0, 1, rep(0, 8), 1, 0, 0, 1)),
  large = list(((1:300 * 7919) %% 89 + 8) / 100, ((1:200 * 104729) %% 83 + 1) / 100))
thresholds <- c(0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
benefit <- function(x, y, t, p) mean(x >= t) * p - mean(y >= t) * (1 - p) * t / (1 - t)
cat(sprintf("# %s; 20000 resamples\nname,prevalence,threshold,net_benefit,low,high\n", R.version.string))
for (name in names(sets)) for (p in c(0.1, 0.3)) {
  set.seed(2017)
  x <- sets[[name]][[1]]; y <- sets[[name]][[2]]
  drawn <- replicate(20000, {
    a <- sample(x, replace = TRUE); b <- sample(y, replace = TRUE); sapply(thresholds, function(t) benefit(a, b, t, p))
  })
  for (k in seq_along(thresholds)) {
    limits <- quantile(drawn[k, ], c(0.025, 0.975), type = 7)
    cat(sprintf("%s,%g,%g,%.15g,%.12g,%.12g\n", name, p, thresholds[k], benefit(x, y, thresholds[k], p), limits[1], limits[2]))
  }
}

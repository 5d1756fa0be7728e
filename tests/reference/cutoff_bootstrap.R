# Reference values for gepnet_core.statistics.resampling.bootstrap. Run: Rscript cutoff_bootstrap.R > cutoff_bootstrap.csv
# cutpointr, each class resampled for itself; rows left out are called by the midpoint, and of ties the strictest is
# taken. Means with their Monte Carlo standard errors (SD / sqrt(runs)); shares are those of the cutoffs (midpoints);
# a quantile stands between those whose level is 3 standard errors of a share away, for 2000 runs beside 20000.
suppressPackageStartupMessages({library(cutpointr); library(pROC)})
data(suicide); data(aSAH)
sets <- list(suicide = data.frame(v = suicide$dsi, k = suicide$suicide == "yes"),
             s100b = data.frame(v = aSAH$s100b, k = aSAH$outcome == "Poor"))
runs <- 2000
cat(sprintf("# %s; cutpointr %s; %d runs\nname,method,quantity,value,se\n", R.version.string,
            packageVersion("cutpointr"), runs))
for (name in names(sets)) for (method in c("youden", "closest_topleft")) {
  set.seed(2017)
  how <- if (method == "youden") maximize_metric else minimize_metric
  index <- if (method == "youden") youden else roc01
  found <- suppressMessages(cutpointr(sets[[name]], v, k, method = how, metric = index, pos_class = TRUE,
    neg_class = FALSE, direction = ">=", use_midpoints = TRUE, break_ties = max, boot_runs = runs, boot_stratify = TRUE))
  b <- found$boot[[1]]
  stopifnot(nrow(b) == runs)
  say <- function(quantity, value, se) cat(sprintf("%s,%s,%s,%.15g,%.15g\n", name, method, quantity, value, se))
  mean_of <- function(quantity, x) say(quantity, mean(x), sd(x) / sqrt(runs))
  youden_oob <- b$sensitivity_oob + b$specificity_oob - 1
  mean_of("youden_oob", youden_oob)
  mean_of("sensitivity_oob", b$sensitivity_oob)
  mean_of("specificity_oob", b$specificity_oob)
  mean_of("optimism", b$sensitivity_b + b$specificity_b - 1 - youden_oob)
  cutoff <- b$optimal_cutpoint
  shares <- table(round(cutoff, 9)) / runs
  for (at in names(shares)[shares >= 0.05]) {
    p <- shares[[at]]; say(paste0("share ", at), p, sqrt(p * (1 - p) / runs))
  }
  for (p in c(0.025, 0.975)) {
    slack <- 3 * sqrt(p * (1 - p) * (1 / runs + 1 / 20000))
    say(paste("from quantile", p), quantile(cutoff, p - slack, type = 1), NA)
    say(paste("to quantile", p), quantile(cutoff, p + slack, type = 1), NA)
  }
}

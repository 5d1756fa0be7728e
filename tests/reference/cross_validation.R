# Reference values for gepnet_core.statistics.resampling.cross_validation. Run: Rscript cross_validation.R > cross_validation.csv
# Plain loops: each class divided into folds whose sizes differ by one at most; the strictest threshold with the largest
# Youden's index without a fold, and the midpoint to the next value there, call that fold; pooled in a repeat. Means
# over repeats with their Monte Carlo standard errors (SD / sqrt(repeats)).
suppressPackageStartupMessages({library(cutpointr); library(pROC)})
data(suicide); data(aSAH)
poor <- aSAH$outcome == "Poor"; yes <- suicide$suicide == "yes"
# Low is positive in what follows.
sets <- list(suicide = list(-suicide$dsi[yes], -suicide$dsi[!yes]), s100b = list(-aSAH$s100b[poor], -aSAH$s100b[!poor]),
             iris = list(iris$Petal.Width[51:100], iris$Petal.Width[101:150]))
repeats <- 1000
tuned <- function(x, y) {
  at <- sort(unique(c(x, y))); best <- -Inf
  for (k in seq_along(at)) {
    score <- sum(x <= at[k]) * length(y) - sum(y <= at[k]) * length(x)
    if (score > best) { best <- score; cutoff <- if (k < length(at)) (at[k] + at[k + 1]) / 2 else at[k] }
  }
  cutoff
}
cat(sprintf("# %s; %d repeats\nname,folds,quantity,mean,se\n", R.version.string, repeats))
for (name in names(sets)) for (folds in c(2, 5, 10)) {
  set.seed(2017)
  x <- sets[[name]][[1]]; y <- sets[[name]][[2]]; se <- sp <- numeric(repeats)
  for (r in seq_len(repeats)) {
    of_x <- sample((seq_along(x) - 1) %% folds); of_y <- sample((seq_along(y) - 1) %% folds)
    tp <- fp <- 0
    for (f in seq_len(folds) - 1) {
      cutoff <- tuned(x[of_x != f], y[of_y != f])
      tp <- tp + sum(x[of_x == f] <= cutoff); fp <- fp + sum(y[of_y == f] <= cutoff)
    }
    se[r] <- tp / length(x); sp[r] <- 1 - fp / length(y)
  }
  for (q in c("sensitivity", "specificity", "youden")) {
    v <- switch(q, sensitivity = se, specificity = sp, youden = se + sp - 1)
    cat(sprintf("%s,%d,%s,%.15g,%.15g\n", name, folds, q, mean(v), sd(v) / sqrt(repeats)))
  }
}

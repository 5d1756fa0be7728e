# Reference values for gepnet_core.statistics.sample_size. Run: Rscript sample_size.R > sample_size.csv
# normal: epiR's epi.ssdxsesp where everybody is of the class; wilson: prop.test without continuity correction at every
# n up to 3000, one more than the last that is too wide; recruit: epi.ssdxsesp at a prevalence, unrounded; auc: pROC's
# power.roc.test against 0.5, unrounded; null: the same formula against another area, by uniroot on the power.
suppressPackageStartupMessages({library(epiR); library(pROC)})
cat(sprintf("# %s; epiR %s; pROC %s\nkind,a,b,c,d,value\n", R.version.string, packageVersion("epiR"),
            packageVersion("pROC")))
say <- function(...) cat(paste(..., sep = ","), "\n", sep = "")
proportions <- c(0.826, 0.913, 0.5, 0.95, 0.7, 0.01)
for (p in proportions) for (d in c(0.1, 0.05, 0.03)) for (level in c(0.95, 0.9)) {
  say("normal", p, d, level, "", epi.ssdxsesp(test = p, type = "se", Py = 1, epsilon = d, error = "absolute",
                                               nfractional = FALSE, conf.level = level))
}
for (p in c(proportions, 0, 1)) for (d in c(0.2, 0.1, 0.05)) for (level in c(0.95, 0.9)) {
  half <- sapply(1:3000, function(n) diff(suppressWarnings(prop.test(round(p * n), n, conf.level = level, correct = FALSE))$conf.int) / 2)
  say("wilson", p, d, level, "", max(0, which(half > d)) + 1)
}
for (p in c(0.826, 0.913)) for (prevalence in c(0.5, 0.1, 0.37)) for (type in c("se", "sp")) {
  say("recruit", p, prevalence, type, "", sprintf("%.12g", epi.ssdxsesp(test = p, type = type, Py = prevalence,
      epsilon = 0.1, error = "absolute", nfractional = TRUE, conf.level = 0.95)))
}
for (auc in c(0.856, 0.7, 0.6, 0.55, 0.95, 0.501)) for (power in c(0.8, 0.9)) for (alpha in c(0.05, 0.01)) {
  say("auc", auc, 0.5, power, alpha, sprintf("%.12g", power.roc.test(auc = auc, power = power, sig.level = alpha)$ncases))
}
variance <- function(theta) { # Obuchowski, groups of equal size
  a <- 1.414 * qnorm(theta); 0.0099 * exp(-a^2 / 2) * ((5 * a^2 + 8) + (a^2 + 8))
}
for (pair in list(c(0.856, 0.7), c(0.856, 0.75), c(0.9, 0.85), c(0.65, 0.6))) for (power in c(0.8, 0.9)) {
  reached <- function(n) pnorm(((pair[1] - pair[2]) * sqrt(n) - qnorm(0.975) * sqrt(variance(pair[2]))) /
                                 sqrt(variance(pair[1])))
  say("auc", pair[1], pair[2], power, 0.05, sprintf("%.12g", uniroot(function(n) reached(n) - power, c(2, 1e5), tol = 1e-10)$root))
}

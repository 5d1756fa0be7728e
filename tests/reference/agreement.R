# Reference values for gepnet_core.statistics.readers.kappa and icc, from epiR and psych. Run: Rscript agreement.R > agreement.csv
# Linear and quadratic kappas by the definition, kappa = 1 - sum(w p) / sum(w e) with w the cost of a
# disagreement, and their standard errors by the jackknife, which the large-sample formula must come near.
suppressPackageStartupMessages({ library(epiR); library(psych) })
tables <- list(
  fleiss = rbind(c(106, 10, 4), c(22, 28, 10), c(2, 12, 6)), two = rbind(c(20, 5), c(10, 15)),
  lopsided = rbind(c(44, 1), c(1, 0)), four = rbind(c(11, 3, 1, 0), c(2, 9, 4, 1), c(0, 3, 8, 2), c(1, 0, 2, 7)),
  below = rbind(c(2, 9), c(8, 1)), unused = rbind(c(9, 0, 2), c(1, 0, 0), c(3, 0, 7)))
weighted <- function(m, power) {
  k <- nrow(m); cost <- abs(outer(1:k, 1:k, "-"))^power; p <- m / sum(m)
  1 - sum(cost * p) / sum(cost * outer(rowSums(p), colSums(p)))
}
jackknife <- function(m, power) {
  n <- sum(m); each <- c()
  for (i in seq_along(m)) if (m[i] > 0) { l <- m; l[i] <- l[i] - 1; each <- c(each, rep(weighted(l, power), m[i])) }
  sqrt((n - 1) / n * sum((each - mean(each))^2))
}
cat(sprintf("# %s; epiR %s; psych %s\nname,kind,data,what,value\n", R.version.string, packageVersion("epiR"),
            packageVersion("psych")))
say <- function(name, kind, m, what, value)
  cat(sprintf("%s,%s,%s,%s,%.12g\n", name, kind, paste(apply(m, 1, paste, collapse = " "), collapse = "|"), what,
              as.numeric(value)), sep = "")
for (name in names(tables)) {
  m <- tables[[name]]
  k <- suppressWarnings(epi.kappa(m, method = "fleiss"))$kappa
  p <- suppressWarnings(cohen.kappa(m))
  say(name, "kappa", m, c("kappa", "kappa_psych", "kappa_se_psych"), c(k$est, p$kappa, sqrt(p$var.kappa)))
  for (power in 1:2) {
    what <- c("linear", "quadratic")[power]
    say(name, "kappa", m, c(what, paste0(what, "_jackknife")), c(weighted(m, power), jackknife(m, power)))
  }
  say(name, "kappa", m, "quadratic_psych", p$weighted.kappa)
}
readings <- list(
  shrout_fleiss = rbind(c(9, 2, 5, 8), c(6, 1, 3, 2), c(8, 4, 6, 8), c(7, 1, 2, 6), c(10, 5, 6, 9), c(6, 2, 4, 7)),
  shift = cbind(c(40, 55, 61, 38, 90), c(47, 60, 70, 44, 99)), apart = cbind(c(1, 5, 2, 8), c(7, 3, 6, 1)),
  three = cbind(c(0.91, 0.72, 1.31, 1.02, 0.66, 0.84), c(0.93, 0.70, 1.28, 1.10, 0.61, 0.80), c(0.88, 0.75, 1.35, 1.05, 0.70, 0.82)))
names_here <- c("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
for (name in names(readings)) {
  m <- readings[[name]]
  r <- ICC(m, lmer = FALSE)$results
  for (i in 1:6) say(name, "icc", m, sprintf("\"%s %s\"", names_here[i], c("value", "low", "high")),
                     c(r$ICC[i], r$`lower bound`[i], r$`upper bound`[i]))
}

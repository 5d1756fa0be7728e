# Reference values for gepnet_core.statistics.proportions.diagnostic, from epiR. Run: Rscript diagnostic.R > diagnostic.csv
# Predictive values: from the odds, prevalence odds times likelihood ratio, not from shares of patients.
# The first table is the example of epiR's own manual (Scott et al. 2008).
suppressPackageStartupMessages(library(epiR))
tables <- list(c(670, 202, 74, 640), c(19, 5, 4, 18), c(21, 6, 2, 17), c(19, 2, 4, 21), c(1, 2, 3, 4),
               c(99, 1, 1, 9000), c(5, 5, 5, 5), c(22, 23, 1, 1))
cat(sprintf("# %s; epiR %s\n", R.version.string, packageVersion("epiR")))
cat("tp,fp,fn,tn,se,se_wilson_low,se_wilson_high,se_exact_low,se_exact_high,sp,sp_wilson_low,sp_wilson_high,",
    "sp_exact_low,sp_exact_high,lrp,lrp_low,lrp_high,lrn,lrn_low,lrn_high,prevalence,ppv,npv\n", sep = "")
for (counts in tables) for (p in c(0.02, 0.5)) {
  of <- function(method, what) {
    d <- epi.tests(counts, method = method, digits = 4, conf.level = 0.95)$detail
    unlist(d[d$statistic == what, c("est", "lower", "upper")])
  }
  lrp <- of("exact", "lr.pos"); lrn <- of("exact", "lr.neg")
  cat(sprintf("%.15g", c(counts, of("wilson", "se"), of("exact", "se")[2:3], of("wilson", "sp"), of("exact", "sp")[2:3],
                         lrp, lrn, p, plogis(qlogis(p) + log(lrp[1])), plogis(-qlogis(p) - log(lrn[1])))), sep = ",")
  cat("\n")
}

# Reference values for gepnet_core.statistics.proportions.sample_size. Run: Rscript sample_size.R > sample_size.csv
# wilson: prop.test without continuity correction at every n up to 3000, one more than the last that is too wide;
# recruit: epiR's epi.ssdxsesp at a prevalence, unrounded.
suppressPackageStartupMessages(library(epiR))
cat(sprintf("# %s; epiR %s\nkind,a,b,c,value\n", R.version.string, packageVersion("epiR")))
say <- function(...) cat(paste(..., sep = ","), "\n", sep = "")
proportions <- c(0.826, 0.913, 0.5, 0.95, 0.7, 0.01)
for (p in c(proportions, 0, 1)) for (d in c(0.2, 0.1, 0.05)) for (level in c(0.95, 0.9)) {
  half <- sapply(1:3000, function(n) diff(suppressWarnings(prop.test(round(p * n), n, conf.level = level, correct = FALSE))$conf.int) / 2)
  say("wilson", p, d, level, max(0, which(half > d)) + 1)
}
for (p in c(0.826, 0.913)) for (prevalence in c(0.5, 0.1, 0.37)) for (type in c("se", "sp")) {
  say("recruit", p, prevalence, type, sprintf("%.12g", epi.ssdxsesp(test = p, type = type, Py = prevalence,
      epsilon = 0.1, error = "absolute", nfractional = TRUE, conf.level = 0.95)))
}

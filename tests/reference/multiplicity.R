# Reference values for gepnet_core.statistics.groups.multiplicity, from p.adjust. Run: Rscript multiplicity.R > multiplicity.csv
# NA is a test that gave no P. The first set is Benjamini and Hochberg's own example, J R Stat Soc B 1995;57:289-300.
sets <- list(
  bh1995 = c(.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1),
  one = 0.03, missing = c(NA, 0.04, 0.01, NA, 0.03, 0.005), absent = c(NA_real_, NA_real_),
  ties = c(0.02, 0.02, 0.02, 0.5, 0.5, 1e-3), ends = c(0, 1, 1e-300, 0.999999, 0, 1),
  unordered = ((1:40 * 7919) %% 997 / 997)^3)
cat(sprintf("# %s\nname,p,holm\n", R.version.string))
say <- function(x) paste(sprintf("%.17g", x), collapse = " ")
for (name in names(sets)) {
  p <- sets[[name]]
  cat(name, say(p), say(p.adjust(p, "holm")), sep = ","); cat("\n")
}

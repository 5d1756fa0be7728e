# Reference values for the cutoff analysis of a cohort, from pROC, epiR and counts by hand in base R.
# Run: Rscript cutoff_analysis.R ../../data/examples/cohort.csv > cutoff_analysis.csv
# Positive is adenocarcinoma, at LOW ratio. Ratios are taken from the HU, not from their six decimals.
suppressPackageStartupMessages({ library(pROC); library(epiR) })
path <- commandArgs(trailingOnly = TRUE)[1]
d <- read.csv(path, stringsAsFactors = FALSE)
versions <- sapply(c("pROC", "epiR"), function(name) paste(name, packageVersion(name)))
cat(sprintf("# %s; %s\n# md5 %s\nname,value\n", R.version.string, paste(versions, collapse = "; "),
            tools::md5sum(path)[[1]]))
say <- function(name, value) cat(sprintf("%s,%.15g\n", name, as.numeric(value)), sep = "")

ac <- d$diagnosis == "adenocarcinoma"
hap <- d$hap_lesion_hu / d$hap_liver_hu; pvp <- d$pvp_lesion_hu / d$pvp_liver_hu
plateau <- d$pattern == "plateau"

# At a cutoff: counts, Wilson intervals (prop.test without continuity correction), likelihood ratios (epiR).
at <- function(name, called) {
  counts <- c(sum(called & ac), sum(called & !ac), sum(!called & ac), sum(!called & !ac))
  say(paste0(name, c("_tp", "_fp", "_fn", "_tn")), counts)
  for (side in c("se", "sp")) {
    hits <- if (side == "se") c(counts[1], sum(ac)) else c(counts[4], sum(!ac))
    say(paste0(name, "_", side, c("_low", "_high")),
        suppressWarnings(prop.test(hits[1], hits[2], correct = FALSE))$conf.int)
  }
  detail <- epi.tests(counts, digits = 4, conf.level = 0.95)$detail
  for (what in c(lr_pos = "lr.pos", lr_neg = "lr.neg")) {
    row <- detail[detail$statistic == what, ]
    say(paste0(name, "_", sub("[.]", "_", what), c("", "_low", "_high")), c(row$est, row$lower, row$upper))
  }
  se <- counts[1] / sum(ac); sp <- counts[4] / sum(!ac); p <- 0.1 # Bayes' theorem
  say(paste0(name, c("_ppv", "_npv")), c(se * p / (se * p + (1 - sp) * (1 - p)),
                                         sp * (1 - p) / (sp * (1 - p) + (1 - se) * p)))
}
for (cutoff in c(0.7, 0.898, 0.93, 1.05)) {
  at(sprintf("ratio_%g", cutoff), hap <= cutoff)
  at(sprintf("rule_%g", cutoff), hap <= cutoff & plateau)
}

# Sensitivity and specificity along the curve; pROC's midpoints call as the observed value below them.
curve <- roc(response = ac, predictor = hap, levels = c(FALSE, TRUE), direction = ">")
all <- coords(curve, "all", ret = c("threshold", "sensitivity", "specificity"))
all <- all[order(all$threshold), ][-1, ] # without the one that calls nobody
say(paste0("curve_", seq_len(nrow(all)), "_se"), all$sensitivity)
say(paste0("curve_", seq_len(nrow(all)), "_sp"), all$specificity)

# Leave one out: pROC on the other 45. The midpoint is turned into the observed ratio on the positive side.
for (i in seq_len(nrow(d))) {
  left <- roc(response = ac[-i], predictor = hap[-i], levels = c(FALSE, TRUE), direction = ">")
  best <- coords(left, "best", best.method = "youden", ret = c("threshold", "youden"))
  below <- sapply(best$threshold, function(t) max(hap[-i][hap[-i] < t]))
  say(sprintf("without_%d_%s", i, c("n", "cutoff", "last", "youden", "auc")),
      c(nrow(best), min(below), max(below), best$youden[1] - 1, auc(left)))
}

# The map: the rule with the pattern derived from HU, on some cells that are no limits of the data.
changes <- list(liver_relative = pvp - hap, lesion_hu = d$pvp_lesion_hu - d$hap_lesion_hu)
tolerances <- list(liver_relative = c(0.05, 0.2, 0.4), lesion_hu = c(4.5, 10.5, 25.5))
for (name in names(changes)) for (tolerance in tolerances[[name]]) for (cutoff in c(0.7, 0.898, 1.05)) {
  called <- hap <= cutoff & abs(changes[[name]]) <= tolerance
  say(sprintf("map_%s_%g_%g_%s", name, tolerance, cutoff, c("tp", "tn")), c(sum(called & ac), sum(!called & !ac)))
}

# Two markers in the same patients.
other <- roc(response = ac, predictor = pvp, levels = c(FALSE, TRUE), direction = ">")
test <- roc.test(curve, other, method = "delong", paired = TRUE)
say(paste0("paired_", c("z", "p")), c(test$statistic, test$p.value))
size <- roc(response = ac, predictor = d$size_mm, levels = c(FALSE, TRUE), direction = "<")
say(paste0("size_", c("auc", "low", "high")), c(auc(size), ci.auc(size, method = "delong")[c(1, 3)]))

# The next study: the smallest n from which on Wilson's interval of the nearest count stays within 0.10 either side.
half <- function(p, n) diff(suppressWarnings(prop.test(round(p * n), n, correct = FALSE))$conf.int) / 2
for (side in c("se", "sp")) {
  p <- if (side == "se") mean(hap[ac] <= 0.898) else mean(hap[!ac] > 0.898)
  say(paste0("next_study_", side), max(which(sapply(1:500, function(n) half(p, n)) > 0.1)) + 1)
}

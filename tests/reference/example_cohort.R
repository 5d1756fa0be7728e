# Reference values for the example cohort, from pROC, epiR, psych and base R.
# Run: Rscript example_cohort.R ../../data/examples/cohort.csv > example_cohort.csv
# Positive is adenocarcinoma, at LOW ratio. Ratios are taken from the HU, not from their six decimals.
suppressPackageStartupMessages({ library(pROC); library(epiR); library(psych) })
path <- commandArgs(trailingOnly = TRUE)[1]
d <- read.csv(path, stringsAsFactors = FALSE)
versions <- sapply(c("pROC", "epiR", "psych"), function(name) paste(name, packageVersion(name)))
cat(sprintf("# %s; %s\n# md5 %s\nname,value\n", R.version.string, paste(versions, collapse = "; "),
            tools::md5sum(path)[[1]]))
say <- function(name, value) cat(sprintf("%s,%.15g\n", name, as.numeric(value)), sep = "")

ac <- d$diagnosis == "adenocarcinoma"
ratios <- list(hap = d$hap_lesion_hu / d$hap_liver_hu, pvp = d$pvp_lesion_hu / d$pvp_liver_hu)

# Area, DeLong's interval and best thresholds, as midpoints (pROC). direction ">": controls lie above cases.
for (phase in names(ratios)) {
  curve <- roc(response = ac, predictor = ratios[[phase]], levels = c(FALSE, TRUE), direction = ">")
  limits <- ci.auc(curve, method = "delong")
  best <- coords(curve, "best", best.method = "youden", ret = c("threshold", "tp", "tn", "youden"))
  say(paste0(phase, "_auc"), auc(curve))
  say(paste0(phase, "_delong_", c("low", "high")), limits[c(1, 3)])
  say(paste0(phase, "_best_n"), nrow(best))
  for (i in seq_len(nrow(best)))
    say(paste0(phase, "_best_", i, "_", c("threshold", "tp", "tn", "youden")),
        c(best$threshold[i], best$tp[i], best$tn[i], best$youden[i] - 1))
}

# Hanley JA, McNeil BJ. Radiology 1982;143:29-36, with Q1 and Q2 from the data, not from exponentials: the
# nonparametric interval of SPSS. q1: two adenocarcinomas below one NET; q2: one below two NETs.
hap <- ratios$hap; below <- outer(hap[ac], hap[!ac], "<"); stopifnot(!outer(hap[ac], hap[!ac], "=="))
a <- mean(below); q1 <- mean(colMeans(below)^2); q2 <- mean(rowMeans(below)^2)
variance <- (a * (1 - a) + (sum(ac) - 1) * (q1 - a^2) + (sum(!ac) - 1) * (q2 - a^2)) / (sum(ac) * sum(!ac))
say(c("hanley_q1", "hanley_q2"), c(q1, q2))
say(c("hanley_low", "hanley_high"), a + c(-1, 1) * qnorm(0.975) * sqrt(variance))

for (phase in names(ratios)) {
  x <- ratios[[phase]][!ac]; y <- ratios[[phase]][ac]
  pooled <- t.test(x, y, var.equal = TRUE); welch <- t.test(x, y)
  say(paste0(phase, c("_mean_net", "_sd_net", "_mean_ac", "_sd_ac")), c(mean(x), sd(x), mean(y), sd(y)))
  say(paste0(phase, c("_t", "_p")), c(pooled$statistic, pooled$p.value))
  say(paste0(phase, c("_welch_t", "_welch_df", "_welch_p")), c(welch$statistic, welch$parameter, welch$p.value))
}
for (name in c("size_mm", "lesion_count")) {
  test <- wilcox.test(d[[name]][!ac], d[[name]][ac], exact = FALSE, correct = FALSE) # tie-corrected by itself
  say(paste0(name, c("_z", "_p")), c(qnorm(test$p.value / 2), test$p.value))
}

for (name in c("distribution", "shape", "hap_enhancement", "pattern", "lymphadenopathy")) {
  counts <- table(d[[name]], d$diagnosis)
  plain <- suppressWarnings(chisq.test(counts, correct = FALSE))
  say(paste0(name, c("_chi2", "_chi2_p")), c(plain$statistic, plain$p.value))
  if (nrow(counts) == 2) {
    yates <- suppressWarnings(chisq.test(counts, correct = TRUE))
    say(paste0(name, c("_yates", "_yates_p")), c(yates$statistic, yates$p.value))
  }
  say(paste0(name, "_fisher_p"), fisher.test(counts)$p.value)
}

code <- match(d$pattern, c("plateau", "washout", "progressive"))
fit <- glm(ac ~ code + hap, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100))
table3 <- summary(fit)$coefficients
limits <- exp(confint.default(fit)) # Wald
for (i in 1:3)
  say(paste0("glm_", c("intercept", "pattern", "hap_ratio")[i], c("_b", "_se", "_p", "_exp_b", "_low", "_high")),
      c(table3[i, c(1, 2, 4)], exp(table3[i, 1]), limits[i, ]))
say("glm_log_likelihood", logLik(fit))

low <- 1000 * d$hap_lesion_hu <= 898 * d$hap_liver_hu
rules <- list(ratio = low, plateau = d$pattern == "plateau", combined = low & d$pattern == "plateau")
for (name in names(rules)) {
  rule <- rules[[name]]
  counts <- c(sum(rule & ac), sum(rule & !ac), sum(!rule & ac), sum(!rule & !ac))
  say(paste0(name, c("_tp", "_fp", "_fn", "_tn")), counts)
  for (method in c("wilson", "exact")) {
    detail <- epi.tests(counts, method = method, digits = 4, conf.level = 0.95)$detail
    for (what in c(se = "se", sp = "sp")) {
      row <- detail[detail$statistic == what, ]
      say(paste(name, what, method, c("est", "low", "high"), sep = "_"), c(row$est, row$lower, row$upper))
    }
  }
}

for (name in c("distribution", "shape", "hap_enhancement", "pattern", "lymphadenopathy")) {
  pair <- cbind(d[[name]], d[[paste0("reader2_", name)]])
  levels <- sort(unique(c(pair)))
  say(paste0("kappa_", name, "_psych"), suppressWarnings(cohen.kappa(pair))$kappa)
  square <- table(factor(pair[, 1], levels), factor(pair[, 2], levels))
  say(paste0("kappa_", name, "_epir"), suppressWarnings(epi.kappa(square, method = "fleiss"))$kappa$est)
}
for (name in c("size_mm", "hap_lesion_hu", "hap_liver_hu")) {
  result <- ICC(cbind(d[[name]], d[[paste0("reader2_", name)]]), lmer = FALSE)$results # lme4 is not needed
  say(paste0("icc_", name, "_", result$type), result$ICC)
}

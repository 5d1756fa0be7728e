# Reference values for gepnet_core.cohort.parts.description and reader_agreement, from base R; exact rank tests from coin.
# Run: Rscript description.R ../../data/examples/cohort.csv. What it printed stands in tests/cohort/test_description.py
# and test_reader_agreement.py. Signs are those of NET minus adenocarcinoma; readings are first minus second.
suppressPackageStartupMessages(library(coin))
d <- read.csv(commandArgs(trailingOnly = TRUE)[1], stringsAsFactors = FALSE)
cat(sprintf("%s; coin %s\n", R.version.string, packageVersion("coin")))
net <- d$diagnosis == "net"; group <- factor(d$diagnosis, c("net", "adenocarcinoma"))
d$hap_ratio <- d$hap_lesion_hu / d$hap_liver_hu; d$pvp_ratio <- d$pvp_lesion_hu / d$pvp_liver_hu
say <- function(name, ...) cat(name, sprintf("%.9g", as.numeric(c(...))), "\n")

# NET, then adenocarcinoma: mean, SD, median, quartiles, least, greatest.
figures <- function(x) c(mean(x), sd(x), median(x), quantile(x, c(.25, .75)), range(x))
for (name in c("age_years", "hap_lesion_hu", "hap_ratio")) {
  say(paste(name, "net"), figures(d[[name]][net])); say(paste(name, "adenocarcinoma"), figures(d[[name]][!net]))
}

# The test of each column: the study's where the paper says which, else the exact Mann-Whitney or Fisher's.
p <- c()
hu <- paste0(rep(c("hap", "pvp", "ep"), each = 2), c("_lesion_hu", "_liver_hu"))
for (name in c("primary_site", "sex")) p[name] <- fisher.test(table(d$diagnosis, d[[name]]))$p.value
p["age_years"] <- pvalue(wilcox_test(d$age_years ~ group, distribution = "exact"))
for (name in c(hu, "hap_ratio", "pvp_ratio")) {
  test <- t.test(d[[name]][net], d[[name]][!net], var.equal = TRUE)
  say(paste(name, "t df p"), test$statistic, test$parameter, test$p.value); p[name] <- test$p.value
}
p["pattern"] <- fisher.test(table(d$diagnosis, d$pattern))$p.value
for (name in c("hap_enhancement", "distribution", "lymphadenopathy"))
  p[name] <- chisq.test(table(d$diagnosis, d[[name]]), correct = FALSE)$p.value
p["shape"] <- suppressWarnings(chisq.test(table(d$diagnosis, d$shape)))$p.value
for (name in c("size_mm", "lesion_count")) {
  test <- wilcox.test(d[[name]][net], d[[name]][!net], exact = FALSE, correct = FALSE)
  p[name] <- test$p.value
  say(paste(name, "z p, exact p"), qnorm(p[name] / 2) * sign(23 * 23 / 2 - test$statistic), p[name],
      pvalue(wilcox_test(d[[name]] ~ group, distribution = "exact")))
}
adjusted <- p.adjust(p, "holm")
for (name in names(p)) say(paste(name, "p holm"), p[name], adjusted[name])

# Bland and Altman 1999: mean difference, SD, limits, the reading error of one reader.
d$reader2_hap_ratio <- d$reader2_hap_lesion_hu / d$reader2_hap_liver_hu
d$reader2_pvp_ratio <- d$reader2_pvp_lesion_hu / d$reader2_pvp_liver_hu
for (name in c("hap_lesion_hu", "hap_liver_hu", "hap_ratio", "pvp_ratio")) {
  x <- d[[name]] - d[[paste0("reader2_", name)]]
  say(paste(name, "mean sd low high one"), mean(x), sd(x), mean(x) + c(-1, 1) * qnorm(.975) * sd(x), sd(x) / sqrt(2))
}
# Grey zone of a lesion on the cutoff beside a liver of 75 HU: assumed errors of 6 and 3 HU, and the readers'.
zone <- function(lesion, liver) 0.898 * 75 + c(-1, 1) * qnorm(.975) * sqrt(lesion^2 + 0.898^2 * liver^2)
say("zone assumed", zone(6, 3))
say("zone measured", zone(sd(d$hap_lesion_hu - d$reader2_hap_lesion_hu) / sqrt(2),
                          sd(d$hap_liver_hu - d$reader2_hap_liver_hu) / sqrt(2)))
for (name in c("distribution", "shape", "hap_enhancement", "pattern", "lymphadenopathy")) {
  k <- table(d[[name]], d[[paste0("reader2_", name)]]) / 46
  chance <- sum(rowSums(k) * colSums(k)); say(paste(name, "kappa"), (sum(diag(k)) - chance) / (1 - chance))
}

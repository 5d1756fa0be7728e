# What gepnet_core.teaching says of the population of shipped cohorts and of one draw from it, by pROC.
# Run from the root of the project: Rscript tests/reference/teaching.R
# Best cutoff: pROC's midpoints, the largest Youden's index; for low ratios positive, direction ">".
suppressPackageStartupMessages(library(pROC))
say <- function(what, x) cat(sprintf("%s %s\n", what, paste(sprintf("%.15g", x), collapse = " ")))
rows <- read.csv(gzfile("data/study/ensemble.csv.gz"))
rows$ratio <- rows$hap_lesion_hu / rows$hap_liver_hu
all <- roc(rows$diagnosis, rows$ratio, levels = c("net", "adenocarcinoma"), direction = ">", quiet = TRUE)
say("population n", c(table(rows$diagnosis)))
say("population auc", as.numeric(auc(all)))
best <- coords(all, "best", best.method = "youden", ret = c("threshold", "tp", "tn"), transpose = FALSE)
say("population best", unlist(best))
# One draw: seed 2017, number 0; the ratios as lesion / liver, adenocarcinoma then NET.
draw <- list(adenocarcinoma = c(
  26/85, 25/72, 36/93, 56/87, 45/67, 61/87, 44/61, 62/85, 55/74, 52/66, 51/62, 78/94, 53/62, 62/72,
  75/87, 62/71, 77/88, 69/78, 84/94, 77/81, 83/84, 86/83, 92/88), net = c(
  73/94, 72/88, 50/60, 56/66, 66/76, 59/67, 76/78, 89/91, 74/69, 89/79, 99/86, 98/85, 105/91, 96/83,
  103/89, 93/80, 99/84, 113/89, 112/88, 107/83, 156/86, 173/88, 156/78))
one <- roc(controls = draw$net, cases = draw$adenocarcinoma, direction = ">", quiet = TRUE)
say("draw auc", as.numeric(auc(one)))
say("draw delong", as.numeric(ci.auc(one, method = "delong"))[c(1, 3)])
cutoff <- coords(one, "best", best.method = "youden", ret = "threshold", transpose = FALSE)$threshold
stopifnot(length(cutoff) == 1)
is_ac <- rows$diagnosis == "adenocarcinoma"
say("draw cutoff", c(cutoff, mean(draw$adenocarcinoma <= cutoff) - mean(draw$net <= cutoff)))
say("draw true youden", mean(rows$ratio[is_ac] <= cutoff) - mean(rows$ratio[!is_ac] <= cutoff))
# Brier's score of stated confidence: ten answers.
stated <- c(50, 60, 90, 90, 90, 100, 100, 70, 70, 50) / 100
right <- c(0, 1, 1, 1, 0, 1, 1, 1, 0, 0)
say("brier", mean((stated - right)^2))
say("right by confidence", tapply(right, stated, mean))
say("wilson of 90 %", suppressWarnings(prop.test(2, 3, correct = FALSE))$conf.int)

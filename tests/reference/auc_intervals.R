# Reference values for gepnet_core.statistics.roc.auc_intervals. Run: Rscript auc_intervals.R > auc_intervals.csv
# Area, DeLong's variance and limits: pROC, which keeps the limits within 0 and 1; direction ">": low is positive.
# Logit: from pROC's variance, through qlogis and plogis. Nonparametric: Hanley JA, McNeil BJ. Radiology
# 1982;143:29-36, equation 1, with Q1 and Q2 as shares of all triples, level by level: two of one class beat one of
# the other fully, by half where one of them ties, by a third where both tie.
suppressPackageStartupMessages(library(pROC))
i <- 1:1000
sets <- list(
  apart = list(c(1, 2, 3), c(4, 5, 6, 7)), two_and_two = list(c(1, 3), c(2, 4)), two_tied = list(c(1, 2), c(2, 3)),
  equal = list(c(1, 1, 1), c(1, 1)), ties = list(c(1, 2, 2, 3, 5), c(2, 3, 3, 4, 6, 6)),
  nearly_apart = list(1:40, c(40, 41:70)), unequal = list(c(2, 9), c(1, 3, 3, 4, 5, 6, 7, 8, 9, 10)),
  iris = list(iris$Petal.Width[51:100], iris$Petal.Width[101:150]), mtcars = split(mtcars$mpg, mtcars$am),
  # 51 abnormal and 58 normal CT images rated 1 to 5, Hanley and McNeil's table I
  hanley = list(rep(1:5, c(3, 2, 2, 11, 33)), rep(1:5, c(33, 6, 6, 11, 2))),
  rows2000 = list((i * 7919) %% 61, (i * 104729) %% 53 + 19))
triples <- function(one, two, wins) { # one of the first class against two of the second
  a <- table(one); b <- table(two); v <- as.numeric(names(b)); total <- 0
  for (k in seq_along(a)) {
    level <- as.numeric(names(a))[k]
    s <- ifelse(wins(level, v), 1, ifelse(level == v, 0.5, 0))
    score <- outer(s, s); score[outer(level == v, level == v, "&")] <- 1 / 3
    total <- total + a[[k]] * sum(score * outer(c(b), c(b)))
  }
  total / (length(one) * length(two)^2)
}
limits <- function(a, v) a + c(-1, 1) * qnorm(0.975) * sqrt(v)
say <- function(x) paste(sprintf("%.15g", x), collapse = ",")
cat(sprintf("# %s; pROC %s\n", R.version.string, packageVersion("pROC")))
cat("name,direction,positive,negative,auc,variance,delong_low,delong_high,logit_low,logit_high,",
    "nonparametric_low,nonparametric_high\n", sep = "")
for (name in names(sets)) for (side in c("low", "high")) {
  x <- as.numeric(sets[[name]][[1]]); y <- as.numeric(sets[[name]][[2]]); n <- length(x); m <- length(y)
  curve <- roc(controls = y, cases = x, direction = if (side == "low") ">" else "<", quiet = TRUE)
  a <- as.numeric(auc(curve)); v <- suppressWarnings(pROC::var(curve, method = "delong"))
  delong <- suppressWarnings(ci.auc(curve, method = "delong"))[c(1, 3)]
  logit <- plogis(qlogis(a) + c(-1, 1) * qnorm(0.975) * sqrt(v) / (a * (1 - a)))
  above <- if (side == "low") `>` else `<` # a negative that a positive beats lies above it where low is positive
  below <- if (side == "low") `<` else `>`
  q1 <- triples(y, x, above); q2 <- triples(x, y, below)
  hm <- (a * (1 - a) + (n - 1) * (q1 - a^2) + (m - 1) * (q2 - a^2)) / (n * m)
  shown <- if (n > 100) c("", "") else c(paste(x, collapse = " "), paste(y, collapse = " "))
  cat(name, side, shown[1], shown[2], say(c(a, v, delong, logit, limits(a, max(hm, 0)))), sep = ","); cat("\n")
}

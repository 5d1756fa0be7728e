# Reference values for gepnet_core.statistics.roc.auc_comparison, from pROC. Run: Rscript auc_comparison.R > auc_comparison.csv
# Statistic, degrees of freedom and P: roc.test(method = "delong"), paired and not. Its interval of a paired difference
# stands beside them; of an unpaired one this version gives none, so it is difference -+ qt(0.975, df) times the
# standard error. pROC's direction ">": low is positive. Data: aSAH of pROC (Turck N et al. Intensive Care Med
# 2010;36:107-115), poor outcome positive; DeLong, DeLong and Clarke-Pearson's 43 patients with all three tests
# (Biometrics 1988;44:837-845, as listed in the SAS/STAT manual, "Comparing Receiver Operating Characteristic
# Curves"); iris and mtcars of R.
suppressPackageStartupMessages(library(pROC))
data(aSAH)
ovarian <- as.data.frame(matrix(c(
  3.0, 5.8, 10, 0, 3.2, 6.3, 5, 1, 3.9, 6.8, 3, 1, 2.8, 4.8, 6, 0, 3.2, 5.8, 3, 1, 0.9, 4.0, 5, 0, 2.5, 5.7, 8, 0,
  1.6, 5.6, 5, 1, 3.8, 5.7, 5, 1, 3.7, 6.7, 6, 1, 3.2, 5.4, 4, 1, 3.8, 6.6, 6, 1, 4.1, 6.6, 5, 1, 3.6, 5.7, 5, 1,
  4.3, 7.0, 4, 1, 3.6, 6.7, 4, 0, 2.3, 4.4, 6, 1, 4.2, 7.6, 4, 0, 4.0, 6.6, 6, 0, 3.5, 5.8, 6, 1, 3.8, 6.8, 7, 1,
  3.0, 4.7, 8, 0, 4.5, 7.4, 5, 1, 3.7, 7.4, 5, 1, 3.1, 6.6, 6, 1, 4.1, 8.2, 6, 1, 4.3, 7.0, 5, 1, 4.3, 6.5, 4, 1,
  3.2, 5.1, 5, 1, 2.6, 4.7, 6, 1, 3.3, 6.8, 6, 0, 1.7, 4.0, 7, 0, 3.7, 6.1, 5, 1, 3.3, 6.3, 7, 1, 4.2, 7.7, 6, 1,
  3.5, 6.2, 5, 1, 2.9, 5.7, 9, 0, 2.1, 4.8, 7, 1, 2.8, 6.2, 8, 0, 4.0, 7.0, 7, 1, 3.3, 5.7, 6, 1, 3.7, 6.9, 5, 1,
  3.6, 6.6, 5, 1), ncol = 4, byrow = TRUE, dimnames = list(NULL, c("albumin", "protein", "score", "benefit"))))
marker <- function(x, positive, side) list(x = x[positive], y = x[!positive], side = side)
poor <- aSAH$outcome == "Poor"; man <- aSAH$gender == "Male"; none <- ovarian$benefit == 0; manual <- mtcars$am == 1
flowers <- iris[51:150, ]; virginica <- flowers$Species == "virginica"
sets <- list(
  aSAH_paired = list(TRUE, marker(aSAH$s100b, poor, "high"), marker(aSAH$ndka, poor, "high")),
  aSAH_low = list(TRUE, marker(aSAH$s100b, poor, "low"), marker(aSAH$ndka, poor, "low")),
  albumin_score = list(TRUE, marker(ovarian$albumin, none, "low"), marker(ovarian$score, none, "high")),
  protein_score = list(TRUE, marker(ovarian$protein, none, "low"), marker(ovarian$score, none, "high")),
  mtcars_paired = list(TRUE, marker(mtcars$mpg, manual, "high"), marker(mtcars$wt, manual, "low")),
  iris_paired = list(TRUE, marker(flowers$Petal.Width, virginica, "high"), marker(flowers$Sepal.Width, virginica, "high")),
  aSAH_gender = list(FALSE, marker(aSAH$s100b[man], poor[man], "high"), marker(aSAH$s100b[!man], poor[!man], "high")),
  aSAH_ovarian = list(FALSE, marker(aSAH$ndka, poor, "high"), marker(ovarian$albumin, none, "low")),
  iris_mtcars = list(FALSE, marker(flowers$Sepal.Width, virginica, "high"), marker(mtcars$qsec, manual, "low")))
curve <- function(m) roc(controls = m$y, cases = m$x, direction = if (m$side == "low") ">" else "<", quiet = TRUE)
join <- function(x) paste(sprintf("%.15g", x), collapse = " ")
cat(sprintf("# %s; pROC %s\n", R.version.string, packageVersion("pROC")))
cat("name,paired,first_direction,first_positive,first_negative,second_direction,second_positive,second_negative,",
    "first,second,statistic,df,p,low,high\n", sep = "")
for (name in names(sets)) {
  paired <- sets[[name]][[1]]; a <- sets[[name]][[2]]; b <- sets[[name]][[3]]
  one <- curve(a); two <- curve(b)
  found <- suppressWarnings(roc.test(one, two, method = "delong", paired = paired))
  difference <- as.numeric(auc(one)) - as.numeric(auc(two))
  df <- if (paired) NA else as.numeric(found$parameter)
  limits <- if (paired) found$conf.int else
    difference + c(-1, 1) * qt(0.975, df) * difference / as.numeric(found$statistic)
  cat(name, paired, a$side, join(a$x), join(a$y), b$side, join(b$x), join(b$y),
      sprintf("%.15g", c(auc(one), auc(two), found$statistic, df, found$p.value, limits)), sep = ",")
  cat("\n")
}

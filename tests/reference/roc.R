# Reference values for gepnet_core.statistics.roc.curve, from pROC. Run: Rscript roc.R > roc.csv
# pROC keeps its limits within 0 and 1, so the variance stands beside them. Its direction ">": low is positive.
suppressPackageStartupMessages(library(pROC))
sets <- list(
  apart = list(c(1, 2, 3), c(4, 5, 6, 7)), reversed = list(c(4, 5, 6, 7), c(1, 2, 3)),
  two_and_two = list(c(1, 3), c(2, 4)), ties = list(c(1, 2, 2, 3, 5), c(2, 3, 3, 4, 6, 6)),
  equal = list(c(1, 1, 1), c(1, 1)), several_best = list(c(1, 3, 5), c(2, 4, 6)),
  iris = list(iris$Petal.Width[51:100], iris$Petal.Width[101:150]), mtcars = split(mtcars$mpg, mtcars$am),
  sleep = split(sleep$extra, sleep$group), negative = list(c(-3.5, -1, 0, 2), c(-2, 0, 1.5, 4, 9)))
cat(sprintf("# %s; pROC %s\nname,direction,positive,negative,auc,variance,low,high,best\n", R.version.string,
            packageVersion("pROC")))
join <- function(x) paste(sprintf("%.15g", x), collapse = " ")
for (name in names(sets)) for (side in c("low", "high")) {
  x <- as.numeric(sets[[name]][[1]]); y <- as.numeric(sets[[name]][[2]])
  curve <- roc(controls = y, cases = x, direction = if (side == "low") ">" else "<", quiet = TRUE)
  limits <- suppressWarnings(ci.auc(curve, method = "delong"))
  spread <- suppressWarnings(pROC::var(curve, method = "delong"))
  best <- suppressWarnings(coords(curve, "best", best.method = "youden", ret = c("threshold", "tp", "fp")))
  marks <- sprintf("%.15g:%d:%d", best$threshold, as.integer(best$tp), as.integer(best$fp))
  cat(sprintf("%s,%s,%s,%s,%.15g,%.15g,%.15g,%.15g,%s\n", name, side, join(x), join(y), auc(curve), spread,
              limits[1], limits[3], paste(marks, collapse = " ")))
}

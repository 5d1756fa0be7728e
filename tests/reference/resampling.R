# Reference values for gepnet_core.statistics.resampling.bootstrap, from pROC. Run: Rscript resampling.R > resampling.csv
# Percentile interval of the area, each class resampled for itself; the direction ">" (low is positive) is fixed.
suppressPackageStartupMessages(library(pROC))
sets <- list(iris = list(iris$Petal.Width[51:100], iris$Petal.Width[101:150]), mtcars = split(mtcars$mpg, mtcars$am),
             sleep = split(sleep$extra, sleep$group))
cat(sprintf("# %s; pROC %s; 20000 resamples\nname,positive,negative,low,high\n", R.version.string,
            packageVersion("pROC")))
for (name in names(sets)) {
  set.seed(2017)
  x <- as.numeric(sets[[name]][[1]]); y <- as.numeric(sets[[name]][[2]])
  curve <- roc(controls = y, cases = x, direction = ">", quiet = TRUE)
  limits <- ci.auc(curve, method = "bootstrap", boot.n = 20000, boot.stratified = TRUE, progress = "none")
  cat(sprintf("%s,%s,%s,%.15g,%.15g\n", name, paste(x, collapse = " "), paste(y, collapse = " "), limits[1], limits[3]))
}

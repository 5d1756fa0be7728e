# Reference values for gepnet_core.statistics.cutpoints.cutpoint. Run: Rscript cutpoint.R > cutpoint.csv
# cutpointr: every tied threshold (break_ties = c), observed values. It gives 0 to a threshold that misses a
# constraint, so that those are dropped from ties at 0. OptimalCutpoints: of equally specific (sensitive) thresholds
# that reach a sensitivity (specificity) the most sensitive (specific); expected cost at a stated prevalence, in units
# of a false positive, over observed values alone. pROC: weights of relative cost and prevalence, Inf among thresholds.
suppressPackageStartupMessages({library(cutpointr); library(OptimalCutpoints); library(pROC)})
data(suicide); data(aSAH)
parts <- function(x, is_positive) list(as.numeric(x)[is_positive], as.numeric(x)[!is_positive])
poor <- aSAH$outcome == "Poor"
sets <- list(suicide = c(parts(suicide$dsi, suicide$suicide == "yes"), "high"),
             s100b = c(parts(aSAH$s100b, poor), "high"), wfns = c(parts(aSAH$wfns, poor), "high"),
             reversed = c(parts(aSAH$s100b, poor), "low"), mpg = c(parts(mtcars$mpg, mtcars$am == 0), "low"),
             iris = list(iris$Petal.Width[51:100], iris$Petal.Width[101:150], "low"))
cat(sprintf("# %s; cutpointr %s; OptimalCutpoints %s; pROC %s\n", R.version.string, packageVersion("cutpointr"),
            packageVersion("OptimalCutpoints"), packageVersion("pROC")))
cat("name,direction,positive,negative,source,method,first,second,third,threshold,sensitivity,specificity,value\n")
counted <- function(x) {t <- table(x); paste(names(t), t, sep = ":", collapse = " ")}
join <- function(x) paste(sprintf("%.15g", x), collapse = " ")
for (name in names(sets)) {
  x <- sets[[name]][[1]]; y <- sets[[name]][[2]]; side <- sets[[name]][[3]]
  n <- length(x); m <- length(y); v <- c(x, y); is_positive <- rep(1:0, c(n, m))
  called <- function(t) if (side == "high") v >= t else v <= t
  se <- function(t) sapply(t, function(u) mean(called(u)[is_positive == 1]))
  sp <- function(t) sapply(t, function(u) mean(!called(u)[is_positive == 0]))
  shown <- c(counted(x), counted(y)) # value:rows, in the first line of a set
  line <- function(source, method, args, threshold, value) {
    cat(name, side, shown, source, method, join(args[1]), join(args[2]), join(args[3]), join(threshold),
        join(se(threshold)), join(sp(threshold)), join(value), sep = ",")
    cat("\n"); shown <<- c("", "")
  }
  found <- function(how, metric, ...) {
    d <- data.frame(v = v, k = is_positive)
    r <- suppressMessages(suppressWarnings(cutpointr(d, v, k, method = how, metric = metric, pos_class = 1,
      neg_class = 0, direction = if (side == "high") ">=" else "<=", break_ties = c, tol_metric = 1e-9, ...)))
    list(threshold = unlist(r$optimal_cutpoint), value = unlist(r[[4]])[1])
  }
  f <- found(maximize_metric, youden); line("cutpointr", "youden", NA, f$threshold, f$value)
  f <- found(minimize_metric, roc01); line("cutpointr", "closest_topleft", NA, f$threshold, f$value)
  for (least in c(0.5, 0.8, 0.9, 0.95, 1)) {
    f <- found(maximize_metric, spec_constrain, constrain_metric = sensitivity, min_constrain = least)
    keep <- f$threshold[se(f$threshold) >= least]
    line("cutpointr", "sensitivity_at_least", least, keep, f$value)
    f <- found(maximize_metric, sens_constrain, constrain_metric = specificity, min_constrain = least)
    keep <- f$threshold[sp(f$threshold) >= least]
    line("cutpointr", "specificity_at_least", least, keep, f$value)
  }
  for (costs in list(c(1, 1), c(5, 1), c(1, 5), c(100, 1), c(1, 100))) {
    f <- found(minimize_metric, misclassification_cost, cost_fn = costs[1], cost_fp = costs[2])
    line("cutpointr", "cost_of_the_rows", costs, f$threshold, f$value)
  }
  d <- data.frame(v = v, k = is_positive)
  optimal <- function(method, control, prevalence = NULL) suppressWarnings(optimal.cutpoints("v", "k", tag.healthy = 0,
    methods = method, data = d, direction = if (side == "high") "<" else ">", pop.prev = prevalence,
    control = control)[[method]]$Global)
  for (least in c(0.5, 0.8, 0.9, 0.95)) {
    o <- optimal("MinValueSe", control.cutpoints(valueSe = least))$optimal.cutoff$cutoff
    line("OptimalCutpoints", "sensitivity_at_least", least, o, NA)
    o <- optimal("MinValueSp", control.cutpoints(valueSp = least))$optimal.cutoff$cutoff
    line("OptimalCutpoints", "specificity_at_least", least, o, NA)
  }
  curve <- roc(is_positive, v, levels = 0:1, direction = if (side == "high") "<" else ">", quiet = TRUE)
  for (p in c(0.05, 0.2, 0.5)) for (costs in list(c(1, 1), c(4, 1), c(19, 1), c(1, 3))) {
    o <- optimal("MCT", control.cutpoints(CFN = costs[1], CFP = costs[2]), p)
    line("OptimalCutpoints", "least_cost", c(costs, p), o$optimal.cutoff$cutoff, o$optimal.criterion)
    b <- coords(curve, "best", best.method = "youden", best.weights = c(costs[1] / costs[2], p), transpose = FALSE)
    line("pROC", "least_cost", c(costs, p), b$threshold, NA)
  }
}

# Reference values for gepnet_core.statistics.models.calibration, from glm and rms. Run: Rscript calibration.R > calibration.csv
# Intercepts and slope: glm on the logit, with and without offset, Wald's intervals; the slope's profile limits by
# uniroot on the deviance with the slope as offset. Brier, intercept and slope must agree with val.prob of rms.
# Groups: cut at the quantiles (type 7), n, events and mean prediction of each.
suppressPackageStartupMessages({library(MASS); library(rms)})
exact <- glm.control(epsilon = 1e-14, maxit = 200)
half <- seq(1, nrow(birthwt), 2)
birth <- glm(low ~ age + lwt + smoke + ht, binomial, birthwt[half, ])
train <- glm(type == "Yes" ~ glu + bmi, binomial, Pima.tr)
i <- 1:400
sets <- list( # predictions for rows that the model has not seen, but for the first, whose slope is 1 by construction
  apparent = list(round(fitted(birth), 15), birthwt$low[half]),
  birthwt = list(predict(birth, birthwt[-half, ], type = "response"), birthwt$low[-half]),
  pima = list(predict(train, Pima.te, type = "response"), as.numeric(Pima.te$type == "Yes")),
  coarse = list(((i * 7919) %% 9 + 1) / 10, as.numeric((i * 104729) %% 97 < 8 * ((i * 7919) %% 9 + 1))),
  ten = list(c(.1, .2, .2, .3, .4, .55, .6, .7, .9, .95), c(0, 0, 1, 0, 1, 0, 1, 1, 0, 1)),
  rare = list(((i * 7919) %% 401 + 1) / 20000, as.numeric(i %in% c(12, 80, 99, 210, 333, 390))))
cat(sprintf("# %s; rms %s\nname,what,value\n", R.version.string, packageVersion("rms")))
say <- function(name, what, value) cat(sprintf("%s,%s,%s\n", name, what, paste(sprintf("%.17g", value), collapse = " ")), sep = "")
for (name in names(sets)) {
  p <- unname(sets[[name]][[1]]); y <- sets[[name]][[2]]; l <- qlogis(p)
  one <- glm(y ~ offset(l), family = binomial, control = exact); two <- glm(y ~ l, family = binomial, control = exact)
  loss <- function(b) glm(y ~ offset(b * l), family = binomial, control = exact)$deviance - two$deviance - qchisq(0.95, 1)
  b <- coef(two)[2]; se <- sqrt(vcov(two)[2, 2])
  limits <- sapply(c(-1, 1), function(side) uniroot(loss, sort(c(b, b + side * 4 * se)), tol = 1e-12)$root)
  brier <- mean((p - y)^2)
  other <- val.prob(p, y, pl = FALSE)
  stopifnot(abs(other[["Brier"]] - brier) < 1e-12, abs(other[["Intercept"]] - coef(two)[1]) < 1e-5, abs(other[["Slope"]] - b) < 1e-5)
  say(name, "p", p); say(name, "y", y); say(name, "brier", brier); say(name, "scaled", 1 - brier / (mean(y) * (1 - mean(y))))
  say(name, "in_the_large", mean(y) - mean(p))
  say(name, "at_1", c(coef(one), sqrt(vcov(one)), coef(one) + c(-1, 1) * qnorm(0.975) * sqrt(c(vcov(one)))))
  say(name, "intercept", c(coef(two)[1], sqrt(vcov(two)[1, 1]), coef(two)[1] + c(-1, 1) * qnorm(0.975) * sqrt(vcov(two)[1, 1])))
  say(name, "slope", c(b, se, limits))
  for (g in c(4, 10)) {
    group <- cut(p, c(-Inf, unique(quantile(p, 1:g / g, type = 7)))) # right-closed; the first from below
    rows <- lapply(split(seq_along(p), droplevels(group)), function(k) c(length(k), sum(y[k]), mean(p[k])))
    say(name, paste("groups", g), unlist(rows))
    say(name, paste("wilson", g), unlist(lapply(rows, function(r) suppressWarnings(prop.test(r[2], r[1], correct = FALSE))$conf.int)))
  }
}

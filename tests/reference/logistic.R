# Reference values for gepnet_core.statistics.models.logistic_regression and backward_elimination, from glm and MASS.
# Run: Rscript logistic.R ../../data/examples/cohort.csv > logistic.csv
# The limits of the profile are found here by uniroot and optim: glm with an offset does not settle far out; MASS, which interpolates, must be near.
suppressPackageStartupMessages(library(MASS))
path <- commandArgs(trailingOnly = TRUE)[1]
d <- read.csv(path, stringsAsFactors = FALSE)
d$ac <- as.numeric(d$diagnosis == "adenocarcinoma")
d$code <- match(d$pattern, c("plateau", "washout", "progressive"))
d$hypo <- as.numeric(d$hap_enhancement == "hypo"); d$nodes <- as.numeric(d$lymphadenopathy == "present")
exact <- glm.control(epsilon = 1e-14, maxit = 200)
cat(sprintf("# %s; MASS %s\n# md5 %s\nmodel,what,value\n", R.version.string, packageVersion("MASS"),
            tools::md5sum(path)[[1]]))
say <- function(model, what, value) cat(sprintf("%s,%s,%s\n", model, what, value), sep = "")
digits <- function(x) sprintf("%.15g", x)
models <- list(
  cohort = list(y = d$ac, x = cbind(pattern = d$code, hap = d$hap_ratio)),
  cohort_five = list(y = d$ac, x = cbind(hypo = d$hypo, nodes = d$nodes, pvp = d$pvp_ratio, pattern = d$code, hap = d$hap_ratio)),
  birthwt = list(y = birthwt$low, x = cbind(age = birthwt$age, lwt = birthwt$lwt, black = birthwt$race == 2,
                                            other = birthwt$race == 3, smoke = birthwt$smoke, ui = birthwt$ui)),
  cars = list(y = mtcars$vs, x = cbind(mpg = mtcars$mpg, am = mtcars$am)))
for (name in names(models)) {
  y <- models[[name]]$y; x <- models[[name]]$x
  say(name, "y", paste(y, collapse = " "))
  for (term in colnames(x)) say(name, paste0("x ", term), paste(digits(x[, term]), collapse = " "))
  fit <- glm(y ~ x, family = binomial, control = exact)
  table <- summary(fit)$coefficients; near <- suppressMessages(confint(fit))
  say(name, "log_likelihood", digits(logLik(fit)))
  terms <- c("intercept", colnames(x))
  for (i in seq_along(terms)) {
    say(name, paste(terms[i], c("b", "se", "p")), digits(table[i, c(1, 2, 4)]))
    if (i == 1) next
    rest <- cbind(1, scale(x[, -(i - 1), drop = FALSE]))
    loss <- function(b) {
      minus <- function(a) { eta <- drop(rest %*% a) + b * scale(x)[, i - 1] * sd(x[, i - 1]); sum(log1p(exp(eta)) - y * eta) }
      slope <- function(a) { eta <- drop(rest %*% a) + b * scale(x)[, i - 1] * sd(x[, i - 1]); drop(crossprod(rest, plogis(eta) - y)) }
      a <- optim(rep(0, ncol(rest)), minus, slope, method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))
      2 * (as.numeric(logLik(fit)) + a$value) - qchisq(0.95, 1)
    }
    b <- table[i, 1]; se <- table[i, 2]
    limits <- sapply(c(-1, 1), function(side) uniroot(loss, sort(c(b, b + side * 4 * se)), tol = 1e-11)$root)
    stopifnot(abs(limits - near[i, ]) < 0.01 * (limits[2] - limits[1]))
    say(name, paste(terms[i], c("low", "high")), digits(limits))
  }
}
# Each step of both eliminations, with the pattern coded as a number.
for (rule in c("lr", "wald")) {
  kept <- c("hypo", "nodes", "pvp_ratio", "code", "hap_ratio"); step <- 0
  repeat {
    step <- step + 1
    fit <- glm(reformulate(kept, "ac"), data = d, family = binomial, control = exact)
    p <- if (rule == "lr") drop1(fit, test = "LRT")[-1, "Pr(>Chi)"] else summary(fit)$coefficients[-1, 4]
    say(paste0("backward_", rule), paste(step, kept), digits(p))
    if (max(p) <= 0.10) break
    kept <- kept[-which.max(p)]
  }
}

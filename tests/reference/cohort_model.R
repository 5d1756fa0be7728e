# Reference values for gepnet_core.cohort.parts.model over the example cohort, from glm, brglm2, pROC and lpSolve.
# Run (it takes minutes): Rscript cohort_model.R ../../data/examples/cohort.csv > cohort_model.csv
# Event: adenocarcinoma. Ratios are taken from the HU. Limits of the profile: uniroot over the best of optim with the
# coefficient held; MASS, which interpolates, must be near.
# Optimism: each diagnosis is resampled for itself, the model is built anew (elimination included) and taken to the 46
# rows; glm, or under separation (Konis's linear programme) Firth's estimates (brglm2, Jeffreys's penalty) without elimination.
suppressPackageStartupMessages({ library(MASS); library(brglm2); library(pROC); library(lpSolve) })
path <- commandArgs(trailingOnly = TRUE)[1]
d <- read.csv(path, stringsAsFactors = FALSE)
versions <- sapply(c("MASS", "brglm2", "pROC", "lpSolve"), function(name) paste(name, packageVersion(name)))
cat(sprintf("# %s; %s\n# md5 %s\nmodel,what,value\n", R.version.string, paste(versions, collapse = "; "), tools::md5sum(path)[[1]]))
say <- function(model, what, value) cat(sprintf("%s,%s,%.15g\n", model, what, as.numeric(value)), sep = "")
exact <- glm.control(epsilon = 1e-14, maxit = 200)
y <- as.numeric(d$diagnosis == "adenocarcinoma")
x <- data.frame(
  hap_ratio_met = as.numeric(1000 * d$hap_lesion_hu <= 898 * d$hap_liver_hu), plateau = as.numeric(d$pattern == "plateau"),
  pattern_code = match(d$pattern, c("plateau", "washout", "progressive")), hap_ratio = d$hap_lesion_hu / d$hap_liver_hu,
  pvp_ratio = d$pvp_lesion_hu / d$pvp_liver_hu, hap_enhancement = as.numeric(d$hap_enhancement == "hypo"),
  lymphadenopathy = as.numeric(d$lymphadenopathy == "absent"), washout = as.numeric(d$pattern == "washout"),
  progressive = as.numeric(d$pattern == "progressive"))
five <- c("hap_enhancement", "lymphadenopathy", "pvp_ratio", "pattern_code", "hap_ratio")
models <- list(criteria = c("hap_ratio_met", "plateau"), study = c("pattern_code", "hap_ratio"))

for (name in names(models)) {
  kept <- models[[name]]; X <- as.matrix(x[kept]); data <- cbind(y = y, x[kept])
  fit <- glm(y ~ ., data = data, family = binomial, control = exact)
  rows <- summary(fit)$coefficients; near <- suppressMessages(confint(fit)); wald <- confint.default(fit)
  say(name, c("intercept b", "intercept se"), rows[1, 1:2]); say(name, "log_likelihood", logLik(fit))
  for (i in seq_along(kept)) {
    say(name, paste(kept[i], c("b", "se", "p", "wald_low", "wald_high")), c(rows[i + 1, c(1, 2, 4)], wald[i + 1, ]))
    rest <- cbind(1, scale(X[, -i, drop = FALSE]))
    loss <- function(b) {
      held <- b * scale(X)[, i] * sd(X[, i])
      minus <- function(a) { eta <- drop(rest %*% a) + held; sum(log1p(exp(eta)) - y * eta) }
      slope <- function(a) drop(crossprod(rest, plogis(drop(rest %*% a) + held) - y))
      2 * (as.numeric(logLik(fit)) + optim(rep(0, ncol(rest)), minus, slope, method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))$value) - qchisq(0.95, 1)
    }
    b <- rows[i + 1, 1]; se <- rows[i + 1, 2]
    limits <- sapply(c(-1, 1), function(side) uniroot(loss, sort(c(b, b + side * 4 * se)), tol = 1e-11)$root)
    stopifnot(abs(limits - near[i + 1, ]) < 0.02 * (limits[2] - limits[1]))
    say(name, paste(kept[i], c("low", "high")), limits)
  }
  p <- fitted(fit)
  say(name, "brier", mean((p - y)^2)); say(name, "auc", auc(roc(y, p, levels = c(0, 1), direction = "<", quiet = TRUE)))
  # At a prevalence of adenocarcinoma of 0.3: odds times (0.3 / 0.7) over those of the 46 rows, which are 1.
  moved <- p * 0.3 / (p * 0.3 + (1 - p) * 0.7)
  for (t in c(0.05, 0.1, 0.2, 0.3, 0.5, 0.7))
    say(name, paste("net_benefit", t), mean(moved[y == 1] >= t) * 0.3 - mean(moved[y == 0] >= t) * 0.7 * t / (1 - t))
}

# The pattern by indicators: nobody with adenocarcinoma is progressive.
X <- x[c("washout", "progressive", "hap_ratio")]
firth <- glm(y ~ ., data = cbind(y = y, X), family = binomial, method = "brglmFit", type = "MPL_Jeffreys", epsilon = 1e-12, maxit = 5000)
for (term in c("(Intercept)", names(X))) say("firth", paste(sub("\\W+(\\w+)\\W+", "\\L\\1", term, perl = TRUE), c("b", "se")), summary(firth)$coefficients[term, 1:2])
say("firth", "brier", mean((fitted(firth) - y)^2))

for (rule in c("lr", "wald")) {
  kept <- five; step <- 0
  repeat {
    step <- step + 1
    fit <- glm(y ~ ., data = cbind(y = y, x[kept]), family = binomial, control = exact)
    p <- if (rule == "lr") drop1(fit, test = "LRT")[-1, "Pr(>Chi)"] else summary(fit)$coefficients[-1, 4]
    say(paste0("backward_", rule), paste(step, kept), p)
    if (max(p) <= 0.10) break
    kept <- kept[-which.max(p)]
  }
}

plain <- function(X, y) suppressWarnings(glm.fit(cbind(1, X), y, family = binomial(), control = glm.control(epsilon = 1e-12, maxit = 100)))
separated <- function(X, y) { # whether some direction has all rows on the right side, not all on the border
  side <- cbind(1, scale(X, scale = FALSE)) * (2 * y - 1); both <- cbind(side, -side)
  lp("max", colSums(both), rbind(both, diag(ncol(both))), rep(c(">=", "<="), c(nrow(both), ncol(both))), rep(0:1, c(nrow(both), ncol(both))))$objval > 1e-7
}
build <- function(data, y, remove) { # coefficients of all columns, 0 where one left
  b <- setNames(rep(0, ncol(data) + 1), c("(Intercept)", names(data)))
  whole <- qr(cbind(1, as.matrix(data))) # what does not vary, or follows from the columns before it, is left out
  kept <- names(data)[sort(setdiff(whole$pivot[seq_len(whole$rank)], 1)) - 1]
  if (length(kept) && separated(as.matrix(data[kept]), y)) {
    found <- suppressWarnings(brglmFit(cbind("(Intercept)" = 1, as.matrix(data[kept])), y, family = binomial(), control = list(type = "MPL_Jeffreys", epsilon = 1e-8, maxit = 1000)))
    b[c("(Intercept)", kept)] <- found$coefficients
    return(b)
  }
  fit <- plain(as.matrix(data[kept]), y)
  while (!is.null(remove) && length(kept)) {
    p <- sapply(kept, function(one) pchisq(plain(as.matrix(data[setdiff(kept, one)]), y)$deviance - fit$deviance, 1, lower.tail = FALSE))
    if (max(p) <= remove) break
    kept <- kept[-which.max(p)]; fit <- plain(as.matrix(data[kept]), y)
  }
  b[c("(Intercept)", kept)] <- ifelse(is.na(fit$coefficients), 0, fit$coefficients)
  b
}
area <- function(eta, y) { r <- rank(round(eta, 9)); n <- sum(y); (sum(r[y == 1]) - n * (n + 1) / 2) / (n * sum(1 - y)) }
optimism <- function(name, columns, times, remove = NULL) {
  set.seed(2017); data <- x[columns]
  found <- replicate(times, {
    k <- c(sample(which(y == 1), replace = TRUE), sample(which(y == 0), replace = TRUE))
    b <- build(data[k, , drop = FALSE], y[k], remove)
    eta <- drop(cbind(1, as.matrix(data)) %*% b); p <- plogis(eta)
    over <- if (diff(range(eta)) < 1e-9) NA else if (separated(cbind(eta), y)) NA else plain(eta, y)$coefficients[2]
    c(auc = area(eta[k], y[k]) - area(eta, y), brier = mean((p[k] - y[k])^2) - mean((p - y)^2), slope = unname(over))
  })
  for (what in rownames(found)) {
    values <- found[what, !is.na(found[what, ])]
    say(name, paste("optimism", what, c("mean", "error", "n")), c(mean(values), sd(values) / sqrt(length(values)), length(values)))
  }
}
optimism("criteria", models$criteria, 10000)
optimism("study", models$study, 10000)
optimism("five_lr", five, 4000, 0.10)

# Reference values for gepnet_core.statistics.models.logistic_regression where 2000 rows are separated or nearly so.
# Run (it takes minutes): Rscript logistic_regression.R > logistic_regression.csv
# Estimates of separated classes: brglm2 with Jeffreys's penalty, whose maximum is Firth's; of the others: glm.
# Limits of the profile: uniroot over the best of optim from several starts, without derivatives, the determinant from
# a QR decomposition.
suppressPackageStartupMessages(library(brglm2))
cat(sprintf("# %s; brglm2 %s\nmodel,what,value\n", R.version.string, packageVersion("brglm2")))
i <- 1:2000
a <- ((i * 7919) %% 2003) / 2003 - 0.5; b <- ((i * 104729) %% 1999) / 1999 - 0.5
above <- function(distance, nearest = c()) { # which side of the border; those so and so near to it on the wrong one
  wrong <- order(abs(distance))[nearest]
  replace(distance > 0, wrong, distance[wrong] <= 0)
}
models <- list(
  one_complete = list(y = above(a - 0.1), x = cbind(a = a)),
  one_nearly = list(y = above(a - 0.1, 3), x = cbind(a = a)),
  two_complete = list(y = above(a - 2 * b), x = cbind(a = a, b = b)),
  two_nearly = list(y = above(a - 2 * b, c(2, 5, 9, 14, 20)), x = cbind(a = a, b = b)))
say <- function(model, what, value) cat(sprintf("%s,%s,%.12g\n", model, what, value), sep = "")
for (name in names(models)) {
  y <- as.numeric(models[[name]]$y); x <- models[[name]]$x; X <- cbind(1, x); penalised <- grepl("complete", name)
  fit <- if (penalised) {
    suppressWarnings(glm(y ~ x, family = binomial, method = "brglmFit", type = "MPL_Jeffreys", epsilon = 1e-10,
                         maxit = 20000, slowit = 0.5))
  } else suppressWarnings(glm(y ~ x, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 200)))
  best <- unname(coef(fit)); se <- unname(sqrt(diag(vcov(fit)))); terms <- c("intercept", colnames(x))
  for (k in seq_along(terms)) say(name, paste(terms[k], c("b", "se")), c(best[k], se[k]))
  loss <- function(beta) {
    eta <- drop(X %*% beta); towards <- ifelse(y == 1, eta, -eta)
    root <- exp(-abs(eta) / 2) / (1 + exp(-abs(eta)))
    penalty <- if (penalised) sum(log(abs(diag(qr.R(qr(X * root, LAPACK = TRUE)))))) else 0
    sum(log1p(exp(-abs(eta))) + pmax(-towards, 0)) - penalty
  }
  for (k in 2:length(terms)) for (side in c(-1, 1)) {
    free <- setdiff(seq_along(best), k)
    excess <- function(value) {
      tops <- sapply(c(1, 0.8, 1.2) * value / best[k], function(grow) {
        start <- best[free] * grow; unit <- pmax(abs(start), 1)
        held <- function(rest) { beta <- best; beta[free] <- rest * unit; beta[k] <- value; loss(beta) }
        method <- if (length(start) > 1) "Nelder-Mead" else "BFGS"
        exact <- list(reltol = 1e-15, maxit = 20000, ndeps = rep(1e-6, length(start)))
        at <- start / unit
        for (again in 1:6) at <- optim(at, held, method = method, control = exact)$par
        held(at)
      })
      2 * (min(tops) - loss(best)) - qchisq(0.95, 1)
    }
    far <- best[k] + side * 0.5 * se[k]
    while (excess(far) <= 0) far <- best[k] + 1.5 * (far - best[k])
    limit <- uniroot(excess, sort(c(best[k], far)), tol = 1e-7 * abs(far))$root
    say(name, paste(terms[k], if (side < 0) "low" else "high"), limit)
  }
}

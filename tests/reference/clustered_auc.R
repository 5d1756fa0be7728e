# Reference values for gepnet_core.statistics.roc.clustered_auc. Run: Rscript clustered_auc.R > clustered_auc.csv
# Obuchowski NA. Biometrics 1997;53:567-578, written from the paper's equations with plain loops over pairs of lesions:
# X are the positive ("affected") lesions, Y the negative ones, theta the area. Second source: standard deviation of the
# area over resampled clusters, with its Monte Carlo standard error. The rows of "remainders" are made by the formula
# below and not printed.
psi <- function(x, y, side) if (x == y) 0.5 else as.numeric((x < y) == (side == "low"))
obuchowski <- function(value, positive, cluster, side) {
  X <- which(positive); Y <- which(!positive); M <- length(X); N <- length(Y)
  V10 <- numeric(length(value)); V01 <- numeric(length(value)); theta <- 0
  for (j in X) for (k in Y) {
    score <- psi(value[j], value[k], side)
    V10[j] <- V10[j] + score / N; V01[k] <- V01[k] + score / M; theta <- theta + score / (M * N)
  }
  ids <- unique(cluster); I <- length(ids); I10 <- 0; I01 <- 0; sum10 <- 0; sum01 <- 0; sum11 <- 0
  for (id in ids) {
    m <- sum(positive[cluster == id]); n <- sum(!positive[cluster == id])
    off10 <- sum(V10[cluster == id & positive]) - m * theta
    off01 <- sum(V01[cluster == id & !positive]) - n * theta
    I10 <- I10 + (m > 0); I01 <- I01 + (n > 0)
    sum10 <- sum10 + off10^2; sum01 <- sum01 + off01^2; sum11 <- sum11 + off10 * off01
  }
  S10 <- I10 / ((I10 - 1) * M) * sum10; S01 <- I01 / ((I01 - 1) * N) * sum01; S11 <- I / (I - 1) * sum11
  c(theta, sqrt(S10 / M + S01 / N + 2 * S11 / (M * N)))
}
area <- function(value, positive, side) {
  r <- rank(if (side == "low") -value else value); M <- as.numeric(sum(positive)); N <- length(value) - M
  (sum(r[positive]) - M * (M + 1) / 2) / (M * N)
}
bootstrap <- function(value, positive, cluster, side, times) {
  rows <- split(seq_along(value), cluster)
  found <- replicate(times, {
    drawn <- unlist(rows[sample(length(rows), replace = TRUE)])
    area(value[drawn], positive[drawn], side)
  })
  off <- found - mean(found) # the error of a standard deviation from the fourth moment
  c(sd(found), sd(found) * sqrt((mean(off^4) / mean(off^2)^2 - 1) / (4 * times)))
}
grid <- do.call(rbind, lapply(1:400, function(i) data.frame(i = i, j = 1:(1 + (i * 7) %% 4))))
grid$positive <- (grid$i * 5 + grid$j * 3) %% 7 < 3
grid$value <- (grid$i * 7919) %% 61 + (grid$i * grid$j * 10473) %% 29 + ifelse(grid$positive, 0, 18)
sets <- list(
  mixed = list(c(0.7, 0.8, 1.1, 0.6, 0.9, 0.9, 1.2, 1.0, 0.5, 0.9, 1.3, 0.8, 1.4, 0.7, 1.1, 1.0),
               c(1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0), c(1, 1, 1, 2, 2, 2, 3, 4, 4, 5, 5, 6, 6, 7, 8, 8)),
  one_class_each = list(c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8), c(1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0),
                        c(1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 6)),
  singletons = list(c(2, 7, 1, 8, 2, 8, 1, 8, 2, 8), c(1, 0, 1, 0, 1, 0, 0, 1, 0, 1), 1:10),
  tied = list(c(1, 1, 2, 2, 1, 2, 2, 1, 1), c(1, 0, 1, 0, 1, 0, 0, 1, 0), c(1, 1, 2, 2, 3, 3, 3, 4, 4)),
  remainders = list(grid$value, as.numeric(grid$positive), grid$i))
cat(sprintf("# %s; 4000 resamples of the clusters of remainders\n", R.version.string))
cat("name,direction,values,positive,clusters,auc,se,bootstrap_se,monte_carlo_se\n")
for (name in names(sets)) for (side in c("low", "high")) {
  value <- sets[[name]][[1]]; positive <- sets[[name]][[2]] == 1; cluster <- sets[[name]][[3]]
  shown <- if (name == "remainders") c("", "", "") else
    c(paste(value, collapse = " "), paste(as.integer(positive), collapse = " "), paste(cluster, collapse = " "))
  set.seed(1997)
  again <- if (name == "remainders") bootstrap(value, positive, cluster, side, 4000) else c(NA, NA)
  cat(name, side, shown, sprintf("%.15g", c(obuchowski(value, positive, cluster, side), again)), sep = ",")
  cat("\n")
}

# Reference values for gepnet_core.statistics. Run: Rscript proportion_ratio.R > proportion_ratio.csv
# X ~ Beta(a, b) above, Y ~ Beta(c, d) below, Jeffreys priors. With X = sin^2(t) the density of t is
# 2 sin^(2a-1)(t) cos^(2b-1)(t) / B(a, b), which is bounded; P(X / Y <= r) is its integral against
# P(Y >= X / r). Another variable and another integrator (QUADPACK) than the code under test.
below <- function(log_r, a, b, c, d) {
  r <- exp(log_r)
  end <- if (r < 1) asin(sqrt(r)) else pi / 2
  integrand <- function(t) {
    x <- sin(t)^2
    2 * exp((2 * a - 1) * log(sin(t)) + (2 * b - 1) * log(cos(t)) - lbeta(a, b)) *
      pbeta(pmin(x / r, 1), c, d, lower.tail = FALSE)
  }
  cuts <- unique(c(0, asin(sqrt(qbeta(c(0.001, 0.02, 0.2, 0.5, 0.8, 0.98, 0.999), a, b))),
                   asin(sqrt(pmin(1, r * qbeta(c(0.02, 0.2, 0.5, 0.8, 0.98), c, d)))), end))
  cuts <- sort(cuts[cuts <= end])
  pieces <- mapply(function(from, to) if (to - from < 1e-14) 0 else
    integrate(integrand, from, to, rel.tol = 1e-9, abs.tol = 1e-12, subdivisions = 1000)$value,
    head(cuts, -1), tail(cuts, -1))
  sum(pieces)
}
quantile_of_ratio <- function(p, x, n, y, m) {
  exp(uniroot(function(t) below(t, x + .5, n - x + .5, y + .5, m - y + .5) - p, c(-40, 40),
              tol = 1e-12, maxiter = 1000)$root)
}
cells <- list(c(2, 23, 19, 23), c(4, 23, 2, 23), c(3, 23, 0, 23), c(14, 23, 2, 23),
              c(5, 23, 19, 23), c(18, 23, 4, 23), c(6, 23, 21, 23), c(17, 23, 2, 23),
              c(0, 23, 0, 23), c(22, 23, 21, 23), c(22, 23, 0, 23), c(1, 5, 3, 40), c(300, 1000, 7, 900))
cat(sprintf("# %s\nx,n,y,m,median,low,high,wilson_low,wilson_high\n", R.version.string))
for (k in cells) {
  q <- sapply(c(.5, .025, .975), quantile_of_ratio, k[1], k[2], k[3], k[4])
  # Wilson without continuity correction is what prop.test inverts.
  w <- suppressWarnings(prop.test(k[1], k[2], correct = FALSE))$conf.int
  cat(sprintf("%d,%d,%d,%d,%.12g,%.12g,%.12g,%.12g,%.12g\n", k[1], k[2], k[3], k[4],
              q[1], q[2], q[3], w[1], w[2]))
}

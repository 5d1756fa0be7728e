# Data that ship with R packages, written to tests/reference/public/*.csv, and what R finds in them, written to
# tests/reference/public/expected.json. Run from the root of the repository: Rscript tests/reference/public_data.R
# tests/reference/public/README.md names each data set, its publication and the package that ships it.
Sys.setenv(TZ = "UTC")
suppressWarnings(suppressPackageStartupMessages({
  library(pROC); library(psych); library(epiR); library(MASS); library(coin); library(vcd); library(brglm2)
}))
folder <- "tests/reference/public"
stopifnot(dir.exists(folder))
z95 <- qnorm(0.975)
quietly <- function(x) suppressWarnings(suppressMessages(x))

# --- files

digits <- function(x) ifelse(x == round(x) & abs(x) < 1e15, sprintf("%.0f", x), sprintf("%.17g", x))
json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    inner <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(inner, collapse = ",\n"), "]"))
    return(paste0("{", paste0('"', names(x), '": ', inner, collapse = ",\n"), "}"))
  }
  # JSON has no infinity and no missing number: the first is a text, the second null.
  cells <- if (is.character(x)) encodeString(x, quote = '"')
    else ifelse(is.na(x), "null", ifelse(is.infinite(x), ifelse(x > 0, '"inf"', '"-inf"'), digits(as.numeric(x))))
  if (length(x) == 1 && !inherits(x, "AsIs")) cells else paste0("[", paste(cells, collapse = ", "), "]")
}
write_table <- function(name, table) {
  table[] <- lapply(table, function(x) if (is.numeric(x)) digits(as.numeric(x)) else as.character(x))
  write.table(table, file.path(folder, paste0(name, ".csv")), sep = ",", quote = FALSE, row.names = FALSE, eol = "\n")
}

data(aSAH, package = "pROC"); data(suicide, package = "cutpointr"); data(sat.act, package = "psych")
for (name in c("Arthritis", "SexualFun", "MSPatients")) data(list = name, package = "vcd")
asah <- aSAH[c("outcome", "age", "wfns", "s100b", "ndka")]; asah$wfns <- as.integer(asah$wfns)
sets <- list(
  asah = asah, suicide = suicide[c("suicide", "dsi", "age")],
  birthwt = birthwt, infert = infert[c("case", "education", "age", "parity", "spontaneous", "induced")],
  mtcars = mtcars[c("am", "vs", "mpg", "wt", "hp")], sat_act = sat.act[c("gender", "ACT", "SATV")],
  chickwts = droplevels(chickwts[chickwts$feed %in% c("casein", "horsebean"), ]),
  # ?wilcox.test: permeability of the human chorioamnion at term and at 12 to 26 weeks
  chorioamnion = data.frame(
    permeability = c(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46, 1.15, 0.88, 0.90, 0.74, 1.21),
    age = rep(c("term", "early"), c(10, 5))),
  anorexia = anorexia[c("Prewt", "Postwt")], immer = immer[c("Y1", "Y2")],
  # ?psych::ICC: six subjects, four judges
  shrout_fleiss = data.frame(J1 = c(9, 6, 8, 7, 10, 6), J2 = c(2, 1, 4, 1, 5, 2), J3 = c(5, 3, 6, 2, 6, 4),
                             J4 = c(8, 2, 8, 6, 9, 7)))
for (name in names(sets)) write_table(name, sets[[name]])

# --- areas, coordinates, cutpoints

# One of the first class against two of the second: wins over both, by half where one ties, by a third where both tie.
triples <- function(one, two, wins) {
  mean(vapply(one, function(value) {
    s <- ifelse(wins(value, two), 1, ifelse(value == two, 0.5, 0))
    score <- outer(s, s); score[outer(value == two, value == two, "&")] <- 1 / 3
    mean(score)
  }, 0))
}
whole <- function(table, names) { # pROC multiplies counts out of shares
  table[names] <- lapply(table[names], function(x) { stopifnot(abs(x - round(x)) < 1e-9); round(x) })
  table
}
curve_of <- function(data, outcome, positive, marker, direction) {
  table <- sets[[data]]; is_positive <- as.character(table[[outcome]]) == positive
  x <- table[[marker]][is_positive]; y <- table[[marker]][!is_positive]; low <- direction == "low"
  curve <- pROC::roc(controls = y, cases = x, direction = if (low) ">" else "<", quiet = TRUE)
  a <- as.numeric(pROC::auc(curve)); v <- pROC::var(curve, method = "delong")
  q1 <- triples(y, x, if (low) `>` else `<`); q2 <- triples(x, y, if (low) `<` else `>`)
  n <- length(x); m <- length(y)
  hanley <- (a * (1 - a) + (n - 1) * (q1 - a^2) + (m - 1) * (q2 - a^2)) / (n * m)
  all <- pROC::coords(curve, "all", transpose = FALSE,
    ret = c("threshold", "tp", "fp", "tn", "fn", "sensitivity", "specificity", "ppv", "npv", "youden"))
  best <- pROC::coords(curve, "best", best.method = "youden", transpose = FALSE, ret = c("threshold", "tp", "fp"))
  all <- whole(all, c("tp", "fp", "tn", "fn")); best <- whole(best, c("tp", "fp"))
  shares <- lapply(list(sensitivity = cbind(all$tp, n), specificity = cbind(all$tn, m)), function(counts) {
    limits <- function(test) unname(apply(counts, 1, function(k) quietly(test(k[1], k[2]))$conf.int))
    w <- limits(function(k, n) prop.test(k, n, correct = FALSE)); e <- limits(binom.test)
    list(wilson_low = I(w[1, ]), wilson_high = I(w[2, ]), exact_low = I(e[1, ]), exact_high = I(e[2, ]))
  })
  cut <- lapply(c(cutoff = FALSE, midpoint = TRUE), function(midpoints) {
    found <- quietly(cutpointr::cutpointr(
      x = table[[marker]], class = is_positive, pos_class = TRUE, neg_class = FALSE,
      direction = if (low) "<=" else ">=", method = cutpointr::maximize_metric, metric = cutpointr::youden,
      break_ties = c, use_midpoints = midpoints))
    list(at = I(as.numeric(unlist(found$optimal_cutpoint))), youden = I(as.numeric(unlist(found$youden))),
         auc = found$AUC)
  })
  list(data = data, outcome = outcome, positive = positive, marker = marker, direction = direction, n_positive = n,
       n_negative = m, auc = a, se = sqrt(v), delong = as.numeric(pROC::ci.auc(curve, method = "delong"))[c(1, 3)],
       delong_90 = as.numeric(pROC::ci.auc(curve, method = "delong", conf.level = 0.9))[c(1, 3)],
       logit = plogis(qlogis(a) + c(-1, 1) * z95 * sqrt(v) / (a * (1 - a))),
       nonparametric = a + c(-1, 1) * z95 * sqrt(hanley), coords = lapply(as.list(all), I),
       best = lapply(as.list(best), I), shares = shares, cutpointr = cut)
}
wanted <- list(
  c("asah", "outcome", "Poor", "s100b"), c("asah", "outcome", "Poor", "ndka"), c("asah", "outcome", "Poor", "wfns"),
  c("asah", "outcome", "Poor", "age"), c("suicide", "suicide", "yes", "dsi"), c("birthwt", "low", "1", "lwt"),
  c("birthwt", "low", "1", "ftv"), c("infert", "case", "1", "spontaneous"),
  c("mtcars", "am", "1", "mpg"), c("mtcars", "am", "1", "wt"), c("mtcars", "vs", "1", "hp"))
curves <- list()
for (one in wanted) for (direction in c("low", "high")) {
  curves[[length(curves) + 1]] <- do.call(curve_of, as.list(c(one, direction)))
}
# --- a test at one cutoff: epiR, and the predictive values at stated prevalences by Bayes' theorem

accuracy_of <- function(name, tp, fp, fn, tn) {
  wilson <- epi.tests(c(tp, fp, fn, tn), method = "wilson")$detail
  exact <- epi.tests(c(tp, fp, fn, tn), method = "exact")$detail
  pick <- function(detail, what) { row <- detail[detail$statistic == what, ]; c(row$est, row$lower, row$upper) }
  se <- tp / (tp + fn); sp <- tn / (fp + tn); p <- c(0.001, 0.05, 0.3, 0.9)
  list(name = name, tp = tp, fp = fp, fn = fn, tn = tn, sensitivity_wilson = pick(wilson, "se"),
       specificity_wilson = pick(wilson, "sp"), sensitivity_exact = pick(exact, "se"),
       specificity_exact = pick(exact, "sp"), lr_positive = pick(exact, "lr.pos"), lr_negative = pick(exact, "lr.neg"),
       observed_prevalence = (tp + fn) / (tp + fp + fn + tn), observed_ppv = pick(exact, "pv.pos")[1],
       observed_npv = pick(exact, "pv.neg")[1], prevalence = p, ppv = se * p / (se * p + (1 - sp) * (1 - p)),
       npv = sp * (1 - p) / (sp * (1 - p) + (1 - se) * p))
}
at <- function(data, outcome, positive, marker, cutoff) {
  table <- sets[[data]]; sick <- as.character(table[[outcome]]) == positive; called <- table[[marker]] >= cutoff
  found <- accuracy_of(paste(data, marker), sum(sick & called), sum(!sick & called), sum(sick & !called),
                       sum(!sick & !called))
  c(found, list(data = data, outcome = outcome, positive = positive, marker = marker, cutoff = cutoff))
}
accuracies <- list(
  at("asah", "outcome", "Poor", "s100b", 0.21), at("asah", "outcome", "Poor", "ndka", 12),
  at("asah", "outcome", "Poor", "wfns", 4), at("suicide", "suicide", "yes", "dsi", 2),
  at("birthwt", "low", "1", "smoke", 1), accuracy_of("scott", 670, 202, 74, 640)) # ?epi.tests, example 1

# --- two groups of numbers

groups_of <- function(data, value, group, first, second) {
  table <- sets[[data]]; label <- as.character(table[[group]])
  x <- table[[value]][label == first]; y <- table[[value]][label == second]
  x <- x[!is.na(x)]; y <- y[!is.na(y)]
  t <- t.test(x, y, var.equal = TRUE); w <- t.test(x, y)
  u <- quietly(wilcox.test(x, y, exact = FALSE, correct = FALSE))
  long <- data.frame(v = c(x, y), g = factor(rep(1:2, c(length(x), length(y)))))
  described <- function(x) list(n = length(x), mean = mean(x), sd = sd(x), median = median(x), min = min(x),
                                max = max(x), q1 = quantile(x, 0.25)[[1]], q3 = quantile(x, 0.75)[[1]])
  three <- function(x) c(x$statistic[[1]], x$parameter[[1]], x$p.value)
  asymptotic <- coin::wilcox_test(v ~ g, long)
  exact_p <- function() as.numeric(coin::pvalue(coin::wilcox_test(v ~ g, long, distribution = "exact")))
  list(data = data, value = value, group = group, first = first, second = second, student = three(t), welch = three(w),
       u = u$statistic[[1]], p = u$p.value, coin_z = as.numeric(coin::statistic(asymptotic)),
       wilcox_exact = if (anyDuplicated(long$v)) NULL else wilcox.test(x, y, exact = TRUE)$p.value,
       coin_exact = if (nrow(long) > 200) NULL else exact_p(),
       described = list(described(x), described(y)))
}
groups <- lapply(list(
  c("asah", "s100b", "outcome", "Poor", "Good"), c("asah", "ndka", "outcome", "Poor", "Good"),
  c("asah", "wfns", "outcome", "Poor", "Good"), c("asah", "age", "outcome", "Poor", "Good"),
  c("suicide", "dsi", "suicide", "yes", "no"), c("birthwt", "bwt", "smoke", "1", "0"),
  c("birthwt", "lwt", "low", "1", "0"), c("birthwt", "ftv", "low", "1", "0"), c("mtcars", "mpg", "am", "1", "0"),
  c("mtcars", "wt", "am", "1", "0"), c("sat_act", "SATV", "gender", "1", "2"), c("sat_act", "ACT", "gender", "1", "2"),
  c("chickwts", "weight", "feed", "casein", "horsebean"), c("chorioamnion", "permeability", "age", "term", "early")),
  function(x) do.call(groups_of, as.list(x)))

# --- tables of counts

plain <- function(table) matrix(as.integer(table), nrow(table))
tables <- list(
  tea = rbind(c(3, 1), c(1, 3)), convictions = rbind(c(2, 15), c(10, 3)), # ?fisher.test
  job = matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4), # ?fisher.test
  mehta_patel = rbind(c(1, 2, 2, 1, 1, 0, 1), c(2, 0, 0, 2, 3, 0, 0), c(0, 1, 1, 1, 2, 7, 3), c(1, 1, 2, 0, 0, 0, 1),
                      c(0, 1, 1, 1, 1, 0, 0)), # ?fisher.test
  arthritis = plain(table(Arthritis$Treatment, Arthritis$Improved)), hair_eye = plain(margin.table(HairEyeColor, 1:2)),
  admission_a = plain(UCBAdmissions[, , "A"]), birthwt_smoke = plain(table(birthwt$smoke, birthwt$low)),
  birthwt_race = plain(table(birthwt$race, birthwt$low)), birthwt_visits = plain(table(birthwt$low, birthwt$ftv)),
  infert_education = plain(table(infert$case, infert$education)),
  infert_spontaneous = plain(table(infert$case, infert$spontaneous)),
  cars = plain(table(mtcars$cyl, mtcars$gear)), asah_wfns = plain(table(aSAH$outcome, aSAH$wfns)))
independence <- lapply(names(tables), function(name) {
  m <- tables[[name]]; four <- all(dim(m) == 2)
  three <- function(x) c(x$statistic[[1]], x$parameter[[1]], x$p.value)
  list(name = name, rows = lapply(seq_len(nrow(m)), function(i) I(m[i, ])),
       chi2 = three(quietly(chisq.test(m, correct = FALSE))),
       yates = if (four) three(quietly(chisq.test(m, correct = TRUE))) else NULL,
       fisher = if (name == "hair_eye") NULL else # too many tables for an exact test
         fisher.test(m, workspace = 2e8)$p.value)
})

# --- pairs

poor <- asah[asah$outcome == "Poor", ]
discordant <- list(
  approval = c(150, 86), # ?mcnemar.test: approval of the President in two surveys
  asah_poor = c(sum(poor$s100b >= 0.21 & poor$wfns < 4), sum(poor$s100b < 0.21 & poor$wfns >= 4)),
  salmon = c(10, 6), pregnancy = c(61, 29)) # ?epi.kappa
mcnemar <- lapply(names(discordant), function(name) {
  b <- discordant[[name]]
  list(name = name, only_first = b[1], only_second = b[2], p = binom.test(b[1], sum(b))$p.value)
})
agreements <- list(
  fleiss = rbind(c(106, 10, 4), c(22, 28, 10), c(2, 12, 6)), # ?psych::cohen.kappa
  cohen = rbind(c(88, 14, 18), c(10, 40, 10), c(2, 6, 12)), # ?psych::cohen.kappa, 200 times the shares
  couples = plain(SexualFun), winnipeg = plain(MSPatients[, , 1]), new_orleans = plain(MSPatients[, , 2]),
  salmon = rbind(c(19, 10), c(6, 256)), pregnancy = rbind(c(596, 61), c(29, 987))) # ?epi.kappa
kappas <- lapply(names(agreements), function(name) {
  m <- agreements[[name]]; p <- quietly(cohen.kappa(m)); dimnames(m) <- list(seq_len(nrow(m)), seq_len(nrow(m)))
  from_vcd <- function(weights) {
    k <- vcd::Kappa(as.table(m), weights = weights); ends <- confint(k)
    list(plain = c(k$Unweighted[[1]], k$Unweighted[[2]], ends[1, ]),
         weighted = c(k$Weighted[[1]], k$Weighted[[2]], ends[2, ]))
  }
  linear <- from_vcd("Equal-Spacing"); quadratic <- from_vcd("Fleiss-Cohen")
  list(name = name, rows = lapply(seq_len(nrow(m)), function(i) I(unname(m[i, ]))),
       epi = quietly(epi.kappa(m))$kappa$est,
       psych = c(p$kappa, sqrt(p$var.kappa), p$confid[1, c(1, 3)]), psych_quadratic = p$weighted.kappa,
       kappa = linear$plain, linear = linear$weighted, quadratic = quadratic$weighted)
})
correlations <- lapply(c("shrout_fleiss", "anorexia", "immer"), function(name) {
  r <- quietly(ICC(as.matrix(sets[[name]]), lmer = FALSE))$results
  forms <- c("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
  values <- lapply(1:6, function(i) c(r$ICC[i], r$`lower bound`[i], r$`upper bound`[i]))
  list(data = name, forms = setNames(values, forms))
})

# --- logistic models

exact <- glm.control(epsilon = 1e-15, maxit = 200)
indicators <- function(x) sapply(sort(unique(x))[-1], function(level) as.numeric(x == level))
numbers <- function(table, names) setNames(lapply(names, function(name) cbind(as.numeric(table[[name]]))), names)
models <- list(
  asah = list(y = as.numeric(asah$outcome == "Poor"), x = numbers(asah, c("age", "wfns", "s100b", "ndka"))),
  suicide = list(y = as.numeric(suicide$suicide == "yes"), x = numbers(suicide, c("dsi", "age"))),
  birthwt = list(y = birthwt$low, x = c(numbers(birthwt, c("age", "lwt")), list(race = indicators(birthwt$race)),
                                        numbers(birthwt, c("smoke", "ptl", "ht", "ui", "ftv")))),
  infert = list(y = infert$case, x = c(numbers(infert, c("age", "parity")),
                                       list(education = indicators(as.character(infert$education))),
                                       numbers(infert, c("spontaneous", "induced")))),
  mtcars = list(y = mtcars$vs, x = numbers(mtcars, c("mpg", "am"))))
profile_limit <- function(y, x, k, fit, near, width) { # MASS interpolates: the root beside what it finds
  loss <- function(b) {
    with_it <- quietly(glm.fit(x[, -k, drop = FALSE], y, offset = b * x[, k], family = binomial(), control = exact))
    with_it$deviance - fit$deviance - qchisq(0.95, 1)
  }
  uniroot(loss, near + c(-0.05, 0.05) * width, tol = 1e-13 * width, maxiter = 200)$root
}
logistic <- lapply(names(models), function(name) {
  y <- models[[name]]$y; parts <- models[[name]]$x; x <- do.call(cbind, parts)
  colnames(x) <- unlist(lapply(names(parts), function(p) {
    if (ncol(parts[[p]]) == 1) p else paste0(p, "_", seq_len(ncol(parts[[p]])))
  }))
  fit <- glm(y ~ x, family = binomial, control = exact); found <- summary(fit)$coefficients
  mass <- quietly(confint(fit)); wald <- confint.default(fit); design <- cbind(intercept = 1, x)
  firth <- glm(y ~ x, family = binomial, method = "brglmFit", type = "AS_mean", epsilon = 1e-13, maxit = 2000)
  penalised <- summary(firth)$coefficients
  terms <- lapply(seq_len(ncol(design)), function(k) {
    width <- mass[k, 2] - mass[k, 1]
    list(b = found[k, 1], se = found[k, 2], p = found[k, 4], wald = unname(wald[k, ]), mass = unname(mass[k, ]),
         profile = if (k == 1) NULL else
           c(profile_limit(y, design, k, fit, mass[k, 1], width), profile_limit(y, design, k, fit, mass[k, 2], width)),
         firth_b = penalised[k, 1], firth_se = penalised[k, 2])
  })
  eliminate <- function(rule) { # by hand: the largest P above 0.10 leaves
    kept <- names(parts); steps <- list()
    repeat {
      frame <- data.frame(y = y); for (p in kept) frame[[p]] <- I(parts[[p]])
      here <- if (length(kept)) glm(reformulate(kept, "y"), frame, family = binomial, control = exact)
        else glm(y ~ 1, frame, family = binomial, control = exact)
      tests <- lapply(seq_along(kept), function(i) {
        if (rule == "lr") {
          without <- drop1(here, scope = kept[i], test = "LRT")[2, ]
          return(c(without$LRT, without$Df, without$`Pr(>Chi)`))
        }
        at <- which(attr(model.matrix(here), "assign") == i)
        b <- coef(here)[at]; chi <- drop(b %*% solve(vcov(here)[at, at], b))
        c(chi, length(at), pchisq(chi, length(at), lower.tail = FALSE))
      })
      p <- vapply(tests, function(x) x[3], 0); leaves <- if (length(p) && max(p) > 0.10) kept[which.max(p)] else NULL
      steps[[length(steps) + 1]] <- list(kept = I(kept), log_likelihood = as.numeric(logLik(here)), tests = tests,
                                         removed = leaves)
      if (is.null(leaves)) return(steps)
      kept <- setdiff(kept, leaves)
    }
  }
  list(name = name, terms = setNames(terms, colnames(design)), log_likelihood = as.numeric(logLik(fit)),
       lr = eliminate("lr"), wald = eliminate("wald"))
})

packages <- c("pROC", "cutpointr", "psych", "epiR", "MASS", "coin", "vcd", "brglm2")
versions <- lapply(setNames(packages, packages), function(name) as.character(packageVersion(name)))
everything <- list(r = R.version.string, packages = versions, curves = curves, accuracies = accuracies, groups = groups,
                   independence = independence, mcnemar = mcnemar, kappas = kappas, correlations = correlations,
                   logistic = logistic)
writeLines(json(everything), file.path(folder, "expected.json"))

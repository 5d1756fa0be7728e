# Reference values for gepnet_core.enhancement, from deSolve. Run in the repository: Rscript tests/reference/enhancement.R
# The same equations written anew, in concentrations, tissues among them, integrated with steps of their own.
suppressPackageStartupMessages(library(deSolve))
lines <- readLines("data/enhancement.toml")
numbers <- function(section) {
  from <- match(section, lines) + 1
  rows <- character(0)
  for (line in lines[from:length(lines)]) { if (!grepl("=", line)) break; rows <- c(rows, line) }
  parts <- strsplit(rows, " *= *"); setNames(as.numeric(sapply(parts, `[`, 2)), sapply(parts, `[`, 1))
}
blood70 <- numbers("[circulation.blood_ml]"); outside70 <- numbers("[circulation.extracellular_ml]")
flows <- do.call(rbind, lapply(grep('^  \\["', lines, value = TRUE), function(line)
  strsplit(gsub('[]["]|^ +|,$', "", gsub("^ +", "", line)), ", *")[[1]]))
flows <- data.frame(from = flows[, 1], to = flows[, 2], q = as.numeric(sub(",", "", flows[, 3])))

course <- function(kg, cm, factor, ml, mg_per_ml, rate, times) {
  size <- (cm / 2.54)^0.725 * (kg / 0.45359237)^0.425
  scale_v <- (33.164 * size - 1229) / sum(blood70); scale_q <- factor * 36.36 * size / 6500 / 60
  v <- blood70 * scale_v; u <- outside70 * scale_v
  into <- sapply(names(v), function(p) sum(flows$q[flows$to == p])) * scale_q
  liver <- c(flow = 108 / 6000, part = 0.25, transit = 24)
  lesion <- list(hyper = c(k = 118.35 / 6000, ve = 0.2314, part = 0.95), hypo = c(k = 37.43 / 6000, ve = 0.2101, part = 0.85))
  slope <- function(t, y, on) {
    blood <- y[names(v)]; outside <- y[paste0("x_", names(u))]; names(outside) <- names(u)
    gain <- setNames(numeric(length(v)), names(v))
    for (i in seq_len(nrow(flows))) gain[flows$to[i]] <- gain[flows$to[i]] + flows$q[i] * scale_q * blood[flows$from[i]]
    gain <- gain - into * blood
    passing <- 5 * into[names(u)] * (blood[names(u)] - outside)
    gain[names(u)] <- gain[names(u)] - passing
    gain["kidneys"] <- gain["kidneys"] - 0.19 * into["kidneys"] * blood["kidneys"]
    if (on) {
      gain["arm_vein"] <- gain["arm_vein"] + rate * mg_per_ml - rate * blood["arm_vein"]
      gain["right_heart"] <- gain["right_heart"] + rate * blood["arm_vein"]
    }
    mix <- function(part) part * blood["abdominal_aorta"] + (1 - part) * blood["portal_vein"]
    tissue <- c(liver["flow"] * mix(liver["part"]) - y["t_liver"] / liver["transit"],
                sapply(lesion, function(l) l["k"] * mix(l["part"])) -
                  sapply(lesion, function(l) l["k"] / l["ve"]) * y[c("t_hyper", "t_hypo")])
    list(c(gain / v, passing / u, tissue))
  }
  y <- setNames(numeric(length(v) + length(u) + 3), c(names(v), paste0("x_", names(u)), "t_liver", "t_hyper", "t_hypo"))
  start <- 3; stop <- 3 + ml / rate; found <- NULL
  for (part in list(list(start, stop, TRUE), list(stop, 241, FALSE))) {
    asked <- times[times > part[[1]] & times <= part[[2]]]
    at <- sort(unique(c(part[[1]], asked, part[[2]])))
    out <- lsoda(y, at, function(t, y, p) slope(t, y, part[[3]]), NULL, rtol = 1e-10, atol = 1e-12)
    found <- rbind(found, out[out[, 1] %in% asked, , drop = FALSE])
    y <- setNames(out[nrow(out), -1], colnames(out)[-1])
  }
  data.frame(time_s = found[, 1], aorta_hu = 45 + 25 * found[, "abdominal_aorta"],
             portal_vein_hu = 45 + 25 * found[, "portal_vein"], liver_hu = 58 + 25 * found[, "t_liver"],
             hypervascular_hu = 46 + 25 * (0.06 * found[, "abdominal_aorta"] + found[, "t_hyper"]),
             hypovascular_hu = 40 + 25 * (0.02 * found[, "abdominal_aorta"] + found[, "t_hypo"]))
}
cat(sprintf("# %s; deSolve %s\n", R.version.string, packageVersion("deSolve")))
cat("weight_kg,height_cm,cardiac_output_factor,volume_ml,concentration_mg_per_ml,rate_ml_per_s,time_s,")
cat("aorta_hu,portal_vein_hu,liver_hu,hypervascular_hu,hypovascular_hu\n")
for (body in list(c(65, 169, 1, 130, 300, 3), c(90, 182, 0.6, 100.7, 370, 4.3), c(50, 155, 1.3, 70, 320, 2))) {
  out <- do.call(course, c(as.list(body), list(times = c(10, 20, 27.5, 35, 50, 72.5, 100, 150, 240))))
  for (i in seq_len(nrow(out))) cat(paste(c(body, sprintf("%.10g", unlist(out[i, ]))), collapse = ","), "\n", sep = "")
}

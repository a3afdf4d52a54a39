# Fisher's exact test on tables of several groups, and further passes for a Wilson bound. Run: Rscript equal-rates.R
tables <- list(
  list(passed = c(3, 0), total = c(3, 3)),
  list(passed = c(2, 3, 1), total = c(3, 3, 3)),
  list(passed = c(5, 1, 4, 0), total = c(5, 5, 5, 5)),
  list(passed = c(10, 7, 2), total = c(12, 9, 11)),
  list(passed = c(4, 4), total = c(4, 4)),
  list(passed = c(30, 12, 25), total = c(40, 40, 40))
)
for (table in tables) {
  counts <- rbind(table$passed, table$total - table$passed)
  cat(table$passed, "of", table$total, format(fisher.test(counts, workspace = 2e7)$p.value, digits = 10), "\n")
}
wilson <- function(passed, total, confidence) {
  prop.test(passed, total, correct = FALSE, conf.level = confidence)$conf.int[1]
}
for (question in list(c(9, 9, 0.9, 0.95), c(0, 0, 0.9, 0.95), c(35, 35, 0.9, 0.95), c(5, 6, 0.5, 0.95), c(17, 20, 0.9, 0.8))) {
  more <- 0
  while (question[2] + more == 0 || suppressWarnings(wilson(question[1] + more, question[2] + more, question[4])) < question[3]) more <- more + 1
  cat("more passes", question, more, "\n")
}

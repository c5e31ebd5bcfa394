# Kick off a workflow from R and read its output into a data frame.
#
#   KICKOFF_URL=http://127.0.0.1:8080/gallery KICKOFF_KEY=... KICKOFF_SECRET=... Rscript kickoff.R
library(httr)

# The helper: sign the address that is called, with its query, and call it.
gallery <- function(path, ..., method = "GET", body = NULL, as = "parsed") {
  url <- modify_url(paste0(sub("/+$", "", Sys.getenv("KICKOFF_URL")), "/api/", path), query = list(...))
  app <- oauth_app("kickoff", Sys.getenv("KICKOFF_KEY"), Sys.getenv("KICKOFF_SECRET"))
  signed <- modify_url(url, query = c(list(...), oauth_signature(url, method, app)))
  answer <- VERB(method, signed, body = body, encode = "json")
  if (http_error(answer)) stop(method, " ", path, ": ", content(answer, type = "application/json")$message)
  content(answer, as = as, encoding = "UTF-8")
}

apps <- gallery("v1/workflows/subscription/", packageType = 0, search = "Sales Explorer")
app <- apps[[1]]$id
cat(length(apps), "app:", apps[[1]]$metaInfo$name, "\n")

for (q in gallery(paste0("v1/workflows/", app, "/questions/"))) cat(" ", q$name, "=", q$value, "\n")

answers <- list(list(name = "Region", value = "West"), list(name = "Minimum Quantity", value = "2"))
job <- gallery(paste0("v1/workflows/", app, "/jobs/"), method = "POST", body = list(questions = answers))
while (job$status != "Completed") {
  Sys.sleep(0.2)
  job <- gallery(paste0("v1/jobs/", job$id, "/"))
}
stopifnot(job$disposition == "Success")

output <- job$outputs[[1]]
csv <- gallery(paste0("v1/jobs/", job$id, "/output/", output$id, "/"), format = "Csv", as = "text")
sales <- read.csv(text = csv)
print(head(sales, 5))
cat(nrow(sales), "rows in a", class(sales), "\n")

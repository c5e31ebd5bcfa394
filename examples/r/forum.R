# A mistake that many make: the address that is signed is not the one that is
# called. The signature below is made for the root of the API, the request goes
# to the list of workflows, so the server answers 401. See kickoff.R for the cure.
library(httr)

root <- paste0(sub("/+$", "", Sys.getenv("KICKOFF_URL")), "/api/")
app <- oauth_app("kickoff", Sys.getenv("KICKOFF_KEY"), Sys.getenv("KICKOFF_SECRET"))

signature <- oauth_signature(root, "GET", app) # wrong: not what is called
answer <- GET(paste0(root, "v1/workflows/subscription/"), query = signature)

cat(status_code(answer), "\n")
cat(content(answer, as = "text", encoding = "UTF-8"), "\n")

"""Kick off a workflow from Python with requests_oauthlib and read its output.

    KICKOFF_URL=http://127.0.0.1:8080/gallery KICKOFF_KEY=... KICKOFF_SECRET=... python kickoff.py
"""
import csv
import io
import os
import time

from requests_oauthlib import OAuth1Session

api = os.environ["KICKOFF_URL"].rstrip("/") + "/api/"
gallery = OAuth1Session(os.environ["KICKOFF_KEY"], os.environ["KICKOFF_SECRET"])


def call(method, path, **more):
    answer = gallery.request(method, api + path, **more)
    if answer.status_code != 200:
        raise SystemExit(f"{method} {path}: {answer.status_code} {answer.json()['message']}")
    return answer


apps = call("GET", "v1/workflows/subscription/", params={"search": "Sales Explorer", "packageType": 0}).json()
app = apps[0]["id"]
print(len(apps), "app:", apps[0]["metaInfo"]["name"])

for q in call("GET", f"v1/workflows/{app}/questions/").json():
    print(" ", q["name"], "=", q["value"])

answers = [{"name": "Region", "value": "West"}, {"name": "Minimum Quantity", "value": "2"}]
job = call("POST", f"v1/workflows/{app}/jobs/", json={"questions": answers}).json()
while job["status"] != "Completed":
    time.sleep(0.2)
    job = call("GET", f"v1/jobs/{job['id']}/").json()
assert job["disposition"] == "Success", job

output = job["outputs"][0]
text = call("GET", f"v1/jobs/{job['id']}/output/{output['id']}/", params={"format": "Csv"}).text
rows = list(csv.DictReader(io.StringIO(text)))
for row in rows[:5]:
    print(row)
print(len(rows), "rows")

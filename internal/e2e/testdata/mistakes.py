"""Sends a request whose signature is wrong in one named way, with oauthlib, and prints status and message."""
import base64
import hashlib
import hmac
import os
import sys
import time
from urllib.parse import quote

import requests
from oauthlib.oauth1 import SIGNATURE_TYPE_QUERY, Client

root, key, secret = os.environ["KICKOFF_URL"], os.environ["KICKOFF_KEY"], os.environ["KICKOFF_SECRET"]
workflows = root + "/api/v1/workflows/subscription/"
mistake = sys.argv[1]


def sign(url, method="GET", secret=secret, **more):
    return Client(key, secret, signature_type=SIGNATURE_TYPE_QUERY, **more).sign(url, http_method=method)[0]


def by_hand(sort=True):
    """The query with its signature, made as many do by hand."""
    params = [("oauth_version", "1.0"), ("oauth_nonce", os.urandom(8).hex()), ("oauth_timestamp", str(int(time.time()))),
              ("oauth_signature_method", "HMAC-SHA1"), ("oauth_consumer_key", key), ("limit", "5")]
    inside = "&".join(f"{k}={v}" for k, v in (sorted(params) if sort else params))
    base = "&".join(["GET", quote(workflows, safe=""), quote(inside, safe="")])
    digest = hmac.new((secret + "&").encode(), base.encode(), hashlib.sha1).digest()
    return "&".join(f"{k}={v}" for k, v in params), base64.b64encode(digest).decode()


method, url = "GET", None
if mistake == "blank":
    url = sign(workflows, secret=secret + " ")
elif mistake == "port":
    port = workflows.split(":")[2].split("/")[0]
    url = sign(workflows.replace(port, "8080")).replace("8080", port, 1)
elif mistake == "unsorted":
    query, signature = by_hand(sort=False)
    url = f"{workflows}?{query}&oauth_signature={quote(signature, safe='')}"
elif mistake == "unsent":
    url = sign(workflows + "?search=").replace("search=&", "").replace("&search=", "")
elif mistake == "url-safe":
    while True:
        query, signature = by_hand()
        if "+" in signature or "/" in signature:
            break
    url = f"{workflows}?{query}&oauth_signature={quote(signature.replace('+', '-').replace('/', '_'), safe='')}"
elif mistake == "https":
    url = sign(workflows.replace("http://", "https://")).replace("https://", "http://")
elif mistake == "nonce":
    url = sign(workflows, nonce="always")
    requests.get(url)
elif mistake == "clock":
    url = sign(workflows, timestamp=str(int(time.time()) - 600))
elif mistake == "method":
    method, url = "POST", sign(root + "/api/v1/workflows/" + sys.argv[2] + "/jobs/")

answer = requests.request(method, url)
print(answer.status_code)
print(answer.json()["message"])

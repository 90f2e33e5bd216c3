"""retry: takes the sound out of a clip that may not be there yet: tries again with growing pauses until it is.

Run: python3 examples/python/retry.py talk.mp4 talk.mp3    (source, destination)
Needs the package requests. Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY; ATTEMPTS (4) and PAUSE_S (1).
"""

import os
import sys

import requests

from kinora_client import Client, JobFailed

source, destination = sys.argv[1:]
spec = {
    "inputs": [{"id": "clip", "source": source}],
    "operations": [],
    "outputs": [
        {"id": "clip", "destination": destination, "codec": {"audio": {"codec": "libmp3lame", "bitrate": "128k"}}}
    ],
}
try:
    job = Client().create_with_retry(
        spec,
        attempts=int(os.environ.get("ATTEMPTS", "4")),
        pause_s=float(os.environ.get("PAUSE_S", "1")),
        report=lambda line: print(line, flush=True),
    )
    print(f"{job['job_id']} completed")
except (JobFailed, requests.RequestException) as error:
    sys.exit(f"gave up: {error}")

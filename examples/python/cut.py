"""cut: cuts a part out of a clip, and shows how far it is while waiting.

Run: python3 examples/python/cut.py input.mp4 00:00:10 00:01:00 output.mp4    (source, start, duration, destination)
Source and destination are names on the server, or s3://bucket/key where the server may use S3.
Needs the package requests. Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY.
"""

import sys

import requests

from kinora_client import Client, JobFailed

source, start, duration, destination = sys.argv[1:]
client = Client()
try:
    job = client.create(
        {
            "inputs": [{"id": "clip", "source": source}],
            "operations": [
                {"op": "trim", "input": "clip", "output": "part", "params": {"start": start, "duration": duration}}
            ],
            "outputs": [{"id": "part", "destination": destination}],
        }
    )
    print(f"started {job['job_id']}")
    done = client.wait(
        job["job_id"],
        report=lambda job: print(f"{job['progress']['overall_percent']:5.1f} % {job['progress']['current_step']}"),
    )
    for output in done["outputs"]:
        print(f"{output['destination']}: {output['duration']:.2f} s, {output['size']} bytes")
except (JobFailed, requests.RequestException) as error:
    sys.exit(f"gave up: {error}")

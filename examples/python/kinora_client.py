"""kinora_client: a small client of the pipelines API: creates a job, gets it, waits for it, tries again when it failed.

Used by cut.py and retry.py beside it. To try it: python3 -i examples/python/kinora_client.py, then Client().jobs().
Needs the package requests (Debian: python3-requests). Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY.
"""

import os
import time
import uuid

import requests


class JobFailed(Exception):
    """The job has ended, and not well; `job` is all that is known about it."""

    def __init__(self, job):
        super().__init__(f"{job['job_id']} {job['status']}: {job.get('error', {}).get('message', 'no reason given')}")
        self.job = job


class Client:
    def __init__(self, base_url=None, token=None, api_key=None):
        self.base_url = base_url or os.environ.get("BASE_URL", "http://localhost:8081")
        token, api_key = token or os.environ.get("TOKEN"), api_key or os.environ.get("API_KEY")
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"
        elif api_key:
            self.session.headers["X-API-Key"] = api_key

    def create(self, spec, once=None, **options):
        """Starts a job. With the same `once` it is started once, however often this is called."""
        headers = {"Idempotency-Key": once} if once else {}
        return self._call("POST", "/api/v1/jobs", json={"spec": spec, **options}, headers=headers)

    def get(self, job_id):
        return self._call("GET", f"/api/v1/jobs/{job_id}")

    def jobs(self, **query):
        return self._call("GET", "/api/v1/jobs", params=query)

    def wait(self, job_id, timeout_s=300, every_s=1, report=None):
        """Answers the job when it is completed. Raises JobFailed, or TimeoutError while the job goes on."""
        deadline = time.monotonic() + timeout_s
        while True:
            job = self.get(job_id)
            if job["status"] == "completed":
                return job
            if job["status"] in ("failed", "cancelled"):
                raise JobFailed(job)
            if report:
                report(job)
            if time.monotonic() > deadline:
                raise TimeoutError(f"{job_id} is still {job['status']} after {timeout_s} s")
            time.sleep(every_s)

    def create_with_retry(self, spec, attempts=4, pause_s=1, report=print, **waiting):
        """Creates the job and waits for it; after a failure, waits twice as long as the last time and does it again."""
        once = str(uuid.uuid4())
        for attempt in range(1, attempts + 1):
            try:
                return self.wait(self.create(spec, once)["job_id"], **waiting)
            except (JobFailed, requests.RequestException) as error:
                # What the server has refused it will refuse again, unless it only had too much to do.
                if attempt == attempts or refused(error):
                    raise
                report(f"attempt {attempt} failed: {error}")
                # A job that has failed is done for. An answer that got lost may be that of a job: ask for the same one.
                once = str(uuid.uuid4()) if isinstance(error, JobFailed) else once
                time.sleep(pause_s * 2 ** (attempt - 1))

    def _call(self, method, path, **request):
        response = self.session.request(method, self.base_url + path, timeout=30, **request)
        if not response.ok:
            # The message says what is wrong, which the status alone does not.
            raise requests.HTTPError(f"{response.status_code} {message_of(response)}", response=response)
        return response.json()


def refused(error):
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status is not None and 400 <= status < 500 and status not in (408, 429)


def message_of(response):
    try:
        return response.json()["message"]
    except (ValueError, KeyError):
        return response.reason

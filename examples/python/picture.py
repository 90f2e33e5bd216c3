"""picture: asks for a picture, shows how far it is, and saves it.

Run: python3 examples/python/picture.py "an owl under the moon" owl.png [--model NAME] [--seed N] [--aspect-ratio 16:9]
Needs the package httpx (Debian: python3-httpx). Reads BASE_URL (http://localhost:8000) and TOKEN.
"""

import argparse
import asyncio
import os
import sys

import httpx

ENDED = {"completed", "failed", "cancelled"}


class Pictures:
    def __init__(self, base_url, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.AsyncClient(base_url=base_url, headers=headers, timeout=30)

    async def ask(self, prompt, parameters):
        return await self._json("POST", "/api/v1/jobs/generate", json={"prompt": prompt, "parameters": parameters})

    async def wait(self, job_id, report, every_s=0.5):
        while True:
            job = await self._json("GET", f"/api/v1/jobs/status/{job_id}")
            if job["status"] in ENDED:
                return job
            report(job)
            await asyncio.sleep(every_s)

    async def save(self, media_id, path):
        async with self.http.stream("GET", f"/api/v1/media/{media_id}") as answer:
            answer.raise_for_status()
            with open(path, "wb") as file:
                async for chunk in answer.aiter_bytes():
                    file.write(chunk)

    async def _json(self, method, path, **options):
        answer = await self.http.request(method, path, **options)
        if answer.status_code == 422:
            faults = [f"{'.'.join(map(str, fault['loc'][1:]))}: {fault['msg']}" for fault in answer.json()["detail"]]
            raise SystemExit("\n".join(faults))
        if answer.status_code == 429:
            await asyncio.sleep(int(answer.headers["retry-after"]))
            return await self._json(method, path, **options)
        answer.raise_for_status()
        return answer.json()


async def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("prompt")
    asked.add_argument("file")
    asked.add_argument("--model")
    asked.add_argument("--seed", type=int)
    asked.add_argument("--aspect-ratio")
    words = vars(asked.parse_args())
    prompt, file = words.pop("prompt"), words.pop("file")
    pictures = Pictures(os.environ.get("BASE_URL", "http://localhost:8000"), os.environ.get("TOKEN"))
    job = await pictures.ask(prompt, {name: value for name, value in words.items() if value is not None})
    print(f"started {job['id']}, about {job['estimated_completion_time']} s")
    done = await pictures.wait(job["id"], lambda job: print(f"{job['progress']:5.1f} %"))
    if done["status"] != "completed":
        sys.exit(f"{done['status']}: {done['error_message']}")
    [picture, *_] = done["media"]
    await pictures.save(picture["id"], file)
    print(f"saved {file}: {picture['width']}x{picture['height']}, {picture['file_size_bytes']} bytes")


asyncio.run(main())

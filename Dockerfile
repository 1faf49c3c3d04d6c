# The service alone: base dependencies and the extra `serve`, no TensorFlow.
#   docker build -t digitrec . && docker run --read-only -p 127.0.0.1:8000:8000 digitrec

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml hatch_build.py constraints.txt README.md LICENSE ./
COPY digitrec digitrec
COPY models models
RUN pip wheel --no-cache-dir --wheel-dir /wheels ".[serve]" -c constraints.txt

FROM python:3.13-slim
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels "digitrec[serve]" \
    && useradd --system --uid 10001 --no-create-home digitrec
USER 10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/v2/health/ready', timeout=2)"]
ENTRYPOINT ["digitrec", "serve", "--host", "0.0.0.0"]

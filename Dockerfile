# The server as an image: built from source, runs as nobody, keeps its data in /data.
#
#   docker build -t spil .
#   docker run -p 8080:8080 -v spil-data:/data -v ./spil.toml:/etc/spil/spil.toml:ro spil
#   docker run -p 8080:8080 -v spil-data:/data spil demo --listen 0.0.0.0:8080 --data /data
#
# aws-lc (the cryptography under TLS) is C: it needs a C compiler and CMake to build, and nothing to run.

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends build-essential cmake \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN cargo build --release --locked --bin spil

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -m 0700 -o nobody -g nogroup /data
COPY --from=build /build/target/release/spil /usr/local/bin/spil
COPY LICENSE /usr/share/doc/spil/LICENSE
USER nobody:nogroup
WORKDIR /data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["spil"]
CMD ["serve", "--config", "/etc/spil/spil.toml"]

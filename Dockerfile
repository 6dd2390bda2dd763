# syntax=docker/dockerfile:1

# The image of Matters Arising: one binary, no shell, no
# package manager, an unprivileged user, and a root file system that may be
# mounted read-only.
#
#   docker build -t matters-arising .
#   docker run --read-only -v matters-arising:/var/lib/matters-arising -p 8080:8080 \
#     -e MATTERS_ARISING_AUTH__ISSUER=... -e MATTERS_ARISING_AUTH__AUDIENCE=... \
#     -e MATTERS_ARISING_AUTH__JWKS_URL=... matters-arising
#
# The base images are arguments, so that a release can pin them by digest:
#   --build-arg BUILDER=rust:1.95.0-bookworm@sha256:...
#   --build-arg RUNTIME=gcr.io/distroless/cc-debian12:nonroot@sha256:...
# Both are Debian 12, because the binary is linked to the builder's C library.
ARG BUILDER=rust:1.95.0-bookworm
ARG RUNTIME=gcr.io/distroless/cc-debian12:nonroot

# --- Build ---------------------------------------------------------------------
FROM ${BUILDER} AS build

# The toolchain of the image itself. Without this, rust-toolchain.toml would make
# rustup download the linters that are meant for developers.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /build

# The dependencies first, with an empty program in place of ours: this layer is
# built again only when Cargo.toml or Cargo.lock changes. (The builder image has
# make and perl, which the bundled OpenSSL needs.)
COPY .cargo/config.toml .cargo/config.toml
COPY Cargo.toml Cargo.lock ./
RUN mkdir src \
    && echo 'fn main() {}' >src/main.rs \
    && : >src/lib.rs \
    && cargo build --release --locked \
    && rm -r src

# Then our own sources. Their times come from the checkout and may be older than
# the empty program's, so cargo is told that they are new.
COPY . .
RUN touch src/main.rs src/lib.rs \
    && cargo build --release --locked --bin matters-arising \
    && install -D -m 0755 target/release/matters-arising /image/usr/local/bin/matters-arising \
    && install -D -m 0644 LICENSE /image/usr/share/doc/matters-arising/LICENSE \
    && install -d /data

# --- Run -----------------------------------------------------------------------
FROM ${RUNTIME}

ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Matters Arising" \
      org.opencontainers.image.description="A REST service that makes sure that what a committee asked for gets done." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

COPY --from=build /image/ /
# The only folder that is written to: SQLite's file, and the folder with the files of evidence.
# A new named volume takes over its owner.
COPY --from=build --chown=65532:65532 /data/ /var/lib/matters-arising/
VOLUME /var/lib/matters-arising
WORKDIR /var/lib/matters-arising

# By number, so that an orchestrator can see that it is not root.
USER 65532:65532

ENV MATTERS_ARISING_SERVER__BIND=0.0.0.0:8080 \
    MATTERS_ARISING_DATABASE__URL=sqlite:///var/lib/matters-arising/matters-arising.sqlite3

EXPOSE 8080

# Asks the program's own /readyz. It is not ready while it drains.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["/usr/local/bin/matters-arising", "healthcheck"]

# The program handles SIGTERM itself: not ready, wait, finish, exit 0. Give it
# longer than its drain delay and shutdown timeout together (5 s + 30 s).
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/matters-arising"]
CMD ["serve"]

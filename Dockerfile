# Two stages: the first builds the wheel and installs it, the second holds what runs and nothing else.
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY hive_emulator_pytest.py ./
COPY emulator ./emulator
COPY fixtures ./fixtures
COPY scenarios ./scenarios
COPY words ./words
COPY applications ./applications
COPY schemas ./schemas
RUN python -m venv /opt/hive-emulator \
    && /opt/hive-emulator/bin/pip install --no-cache-dir --disable-pip-version-check .

FROM python:3.13-slim
LABEL org.opencontainers.image.title="hive-emulator" \
      org.opencontainers.image.description="The offline Hive: an emulator of Hive's content moderation API" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/hive-emulator /opt/hive-emulator
# What is mounted at the two folders is found without options, since the image's own configuration
# names them. Variables would too, but they would beat the `fixtures:` of a user's configuration.
# That one takes the place of the image's own, however it is given. Nothing is written at run time.
ENV PATH=/opt/hive-emulator/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HIVE_EMULATOR_HOST=0.0.0.0 \
    HIVE_EMULATOR_CONFIG=/etc/hive-emulator.yaml
RUN useradd --system --uid 10001 --no-create-home hive \
    && mkdir /fixtures /scenarios \
    && printf 'fixtures: /fixtures\nscenarios: /scenarios\n' > /etc/hive-emulator.yaml
USER 10001
WORKDIR /
EXPOSE 4483
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s --retries=3 \
    CMD ["hive-emulator", "ready"]
ENTRYPOINT ["hive-emulator"]
CMD ["serve"]

"""`certificate`: what it takes for clients of a fixed address to find an emulator there."""

from pathlib import Path

import click

from emulator.cli.leaving import BAD_USAGE, leave


@click.command(
    short_help="Make a certificate in the names of Hive's hosts.",
    help="Make a local authority and its certificate for both of Hive's hosts, for clients whose "
    "address is fixed: ca.pem is for them to trust, cert.pem and key.pem are for --tls-cert and "
    "--tls-key. Needs the extra 'certificate'.",
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--replace", is_flag=True, help="Also where there are such files already.")
def certificate(folder: Path, replace: bool) -> None:
    """The command; its help is above."""
    from emulator.server.authority import Authority, NoCertificate

    try:
        ca, cert, key = Authority().write(folder, replace=replace)
    except NoCertificate as error:
        leave(str(error), BAD_USAGE)
    click.echo(
        f"{ca}    for clients to trust: SSL_CERT_FILE, REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS\n"
        f"{cert}  for --tls-cert\n"
        f"{key}   for --tls-key; nobody else may read it"
    )

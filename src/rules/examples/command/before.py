# --- shop/models.py
# --- shop/management/commands/sell.py
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("item")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args, **options):
        if not options["item"]:
            raise CommandError("no item")
        call_command("clearsessions")

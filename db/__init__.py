"""What is remembered: models, migrations, reads. No rules live here."""

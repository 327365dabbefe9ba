from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("passalong", "0003_hub")]

    operations: list[migrations.operations.base.Operation] = []

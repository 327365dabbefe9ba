from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("passalong", "0002_mail")]

    operations: list[migrations.operations.base.Operation] = []

from django.db import migrations, models


def number(apps, schema_editor):
    """Those that are there were kept in the order in which they were signed."""
    checkpoints = apps.get_model("publiclog", "Checkpoint").objects.order_by("pk")
    for place, checkpoint in enumerate(checkpoints.only("pk").iterator(), 1):
        type(checkpoint).objects.filter(pk=checkpoint.pk).update(number=place)


class Migration(migrations.Migration):

    dependencies = [
        ("publiclog", "0003_tree"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkpoint",
            name="number",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.RunPython(number, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="checkpoint",
            name="number",
            field=models.PositiveBigIntegerField(unique=True),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("storage", "0009_claims")]
    operations = [
        migrations.AddField(
            model_name="member",
            name="role",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
    ]

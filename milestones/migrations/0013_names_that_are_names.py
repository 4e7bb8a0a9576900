from django.db import migrations, models

import milestones.names


class Migration(migrations.Migration):
    """The validator alone: no row and no column changes."""

    dependencies = [
        ("milestones", "0012_names_for_the_admin"),
    ]

    operations = [
        migrations.AlterField(
            model_name="agreement",
            name="signatory",
            field=models.CharField(
                max_length=150, validators=[milestones.names.require_name], verbose_name="signed by"
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="name",
            field=models.CharField(max_length=150, validators=[milestones.names.require_name], verbose_name="name"),
        ),
    ]

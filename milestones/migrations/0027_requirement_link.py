"""Links to documentation, which staff keep at each requirement."""

import django.db.models.deletion
import django.utils.timezone
import milestones.models.guidance
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('milestones', '0026_event_labels'),
    ]

    operations = [
        migrations.CreateModel(
            name='RequirementLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('requirement', models.CharField(max_length=10, validators=[milestones.models.guidance.require_requirement], verbose_name='requirement')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('url', models.CharField(max_length=500, validators=[milestones.models.guidance.require_https], verbose_name='address')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'link to documentation',
                'verbose_name_plural': 'links to documentation',
                'ordering': ['requirement', 'title', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('requirement'), models.F('url'), name='link_once_at_a_requirement'), models.CheckConstraint(condition=models.Q(('url__startswith', 'https://')), name='link_is_https')],
            },
        ),
    ]

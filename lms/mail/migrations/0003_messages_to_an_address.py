import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0002_first'),
        ('people', '0001_first'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='person',
            field=models.ForeignKey(blank=True, help_text='Empty for a message to an address of the settings.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='people.person', verbose_name='person'),
        ),
    ]

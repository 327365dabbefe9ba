import django.db.models.deletion
import django.utils.timezone
import passalong.models.ids
import passalong.models.row
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('passalong', '0002_mail'),
    ]

    operations = [
        migrations.CreateModel(
            name='Subscriber',
            fields=[
                ('id', passalong.models.row.IdField(default=passalong.models.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('topic', models.CharField(max_length=2000)),
                ('callback', models.CharField(max_length=2000)),
                ('host', models.CharField(db_index=True, max_length=255)),
                ('secret', models.CharField(blank=True, max_length=200)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('asked', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_mode', models.CharField(blank=True, choices=[('', 'Nothing'), ('subscribe', 'Subscribe'), ('unsubscribe', 'Unsubscribe')], max_length=12)),
                ('asked_topic', models.CharField(blank=True, max_length=2000)),
                ('asked_secret', models.CharField(blank=True, max_length=200)),
                ('asked_lease', models.PositiveIntegerField(default=0)),
                ('try_at', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('leased_by', models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', passalong.models.row.IdField(default=passalong.models.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('hub', models.CharField(max_length=2000)),
                ('topic', models.CharField(max_length=2000)),
                ('key', models.CharField(max_length=64, unique=True)),
                ('secret', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('asking', 'Asking'), ('yes', 'Yes'), ('no', 'No')], default='asking', max_length=6)),
                ('wish', models.CharField(blank=True, choices=[('', 'Nothing'), ('subscribe', 'Subscribe'), ('unsubscribe', 'Unsubscribe')], default='subscribe', max_length=12)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('made', models.DateTimeField(default=django.utils.timezone.now)),
                ('heard', models.DateTimeField(blank=True, null=True)),
                ('missed', models.PositiveSmallIntegerField(default=0)),
                ('spent', models.DateTimeField(blank=True, null=True)),
                ('doubted', models.DateTimeField(blank=True, null=True)),
                ('try_at', models.DateTimeField(blank=True, default=django.utils.timezone.now, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('leased_by', models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.AddField(
            model_name='source',
            name='told_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='source',
            name='topic',
            field=models.CharField(blank=True, max_length=2000),
        ),
        migrations.AddIndex(
            model_name='subscriber',
            index=models.Index(condition=models.Q(('try_at__isnull', False)), fields=['try_at'], name='subscriber_due'),
        ),
        migrations.AddConstraint(
            model_name='subscriber',
            constraint=models.UniqueConstraint(fields=('topic', 'callback'), name='subscriber_once'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='source',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='subscription', to='passalong.source'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('try_at__isnull', False)), fields=['try_at'], name='subscription_due'),
        ),
    ]
